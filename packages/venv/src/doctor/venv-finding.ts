import type { Finding } from "@hpckit/core";

export type VenvFindingCode =
  /** No environment is there. */
  | "environment-missing"
  /** The interpreter that it stands on is gone. */
  | "base-missing"
  /** Another Python stands where its own was: its packages are not seen. */
  | "base-changed"
  /** Its interpreter does not start here. */
  | "interpreter-fails"
  /** It was copied or moved; its programs start the Python of the old place. */
  | "moved"
  /** A program's first line is longer than a kernel reads. */
  | "shebang-too-long"
  /** A library that its packages are linked with is not on this machine. */
  | "library-missing"
  /** Its packages want a newer C library than this machine has. */
  | "c-library-too-old"
  /** It holds machine code for another processor. */
  | "other-architecture"
  /** Files of it are gone since it was made: a purge. */
  | "files-missing"
  /** A `.pth` file brings code of somewhere else in. */
  | "path-file-leads-out"
  /** What a person installed for themselves is imported. */
  | "user-site-visible"
  /** Variables that somebody has set change what is imported. */
  | "python-variables"
  /** Programs cannot be started where it lies. */
  | "not-executable-here"
  /** It lies on a disk of this machine alone. */
  | "node-local"
  /** The file system has few inodes left. */
  | "inodes-scarce"
  /** A program to look with is not there. */
  | "not-examined";

/** What is wrong with an environment on the machine where it was looked at. */
export type VenvFinding = Finding<VenvFindingCode>;
