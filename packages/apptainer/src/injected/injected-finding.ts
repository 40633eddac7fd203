import type { Finding } from "@hpckit/core";

/** What can be wrong with libraries of the host in an image. */
export type InjectedFindingCode =
  /** A path is not there, or cannot be read. Nothing in it was judged. */
  | "library-missing"
  | "folder-without-libraries"
  /** A part of the C library, which must be of one piece with the image's loader. */
  | "library-of-the-system"
  | "library-of-other-architecture"
  | "image-without-glibc"
  | "glibc-too-old"
  /** The image's library of that name lacks a version that one of the host's wants, e.g. of libstdc++. */
  | "symbol-version-missing"
  /** What a library needs is neither in the image nor brought in, e.g. libpmix, libucp, libfabric. */
  | "needed-library-missing"
  /** The image's loader does not take it, for another reason. */
  | "library-refused"
  /** Plugins or settings that a library opens only while it runs, e.g. the providers of libibverbs. */
  | "companion-missing"
  /** A program that would have told is not there. */
  | "not-checked";

/** What `checkInjected` found. */
export type InjectedFinding = Finding<InjectedFindingCode>;
