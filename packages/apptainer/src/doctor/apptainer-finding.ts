import type { Finding } from "@hpckit/core";

/** What a machine can lack for launches in containers. */
export type ApptainerFindingCode =
  | "engine-missing"
  | "engine-too-old"
  | "several-engines"
  /** Neither user namespaces nor a setuid engine: no container starts. */
  | "no-user-namespaces"
  | "setuid-without-effect"
  /** The image was started, and did not. */
  | "start-failed"
  | "slow-start"
  /** squashfuse is there, and may not mount. */
  | "fuse-closed"
  | "no-overlay"
  | "no-subordinate-ids"
  | "no-id-mapping"
  | "temporary-folder-unusable"
  | "temporary-folder-noexec"
  | "temporary-folder-small"
  | "temporary-folder-in-memory"
  | "cache-unusable"
  | "cache-on-network"
  | "cache-small"
  | "over-quota"
  | "session-folder-small"
  | "image-missing"
  | "image-unreadable"
  | "image-damaged"
  | "image-of-other-architecture"
  | "bind-missing"
  | "configured-bind-missing"
  /** `user bind control = no`: the engine leaves out what a launch mounts. */
  | "mounts-refused"
  | "no-gpu"
  | "gpu-driver-missing"
  | "gpu-libraries-too-new"
  | "engine-variables"
  | "no-library"
  | "registry-unreachable";

/** What {@link doctor} found. */
export type ApptainerFinding = Finding<ApptainerFindingCode>;
