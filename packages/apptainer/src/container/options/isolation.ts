import { z } from "zod";
import { choiceFlag, onFlag, type FlagRules } from "../../engine/flags/flag-rule.js";

/** How much of the host a container sees. */
export interface IsolationOptions {
  /**
   * - `files`: a home, /tmp and /dev of its own, in memory (64 MiB unless `workFolder` says where);
   * - `all`: also its own processes, semaphores and environment;
   * - `oci`: as `all`, with a tree that takes writes in memory and the umask 0022, as OCI engines do it.
   */
  readonly contain?: "files" | "all" | "oci" | undefined;
  /** `default` sets 0022 inside; by default the host's is kept. */
  readonly umask?: "host" | "default" | undefined;
  /** Appears as root inside, and owns only what the account owns. */
  readonly fakeroot?: boolean | undefined;
  /** Extracts the image to a temporary folder first, where FUSE does not work. */
  readonly unsquash?: boolean | undefined;
  /** One of several applications in the image (SCIF). */
  readonly app?: string | undefined;
}

export const isolationShape = {
  contain: z.enum(["files", "all", "oci"]).optional(),
  umask: z.enum(["host", "default"]).optional(),
  fakeroot: z.boolean().optional(),
  unsquash: z.boolean().optional(),
  app: z.string().regex(/^[\w.-]+$/, { error: "the name of an application of the image" }).optional(),
};

export const isolationRules: FlagRules<IsolationOptions> = {
  contain: choiceFlag({ files: "contain", all: "containall", oci: "compat" }),
  umask: { flags: ["no-umask"], write: (umask) => (umask === "default" ? [{ flag: "no-umask" }] : []) },
  fakeroot: onFlag("fakeroot"),
  unsquash: onFlag("unsquash"),
  app: { flags: ["app"], write: (value) => [{ flag: "app", value }] },
};
