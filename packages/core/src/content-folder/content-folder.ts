import type { FilePolicy } from "../transport/file-policy.js";

/**
 * A folder that is named by what it is made of, is made once, and never changes afterwards: an environment, an image, a
 * release. It lies in its maker's own folder, `NAME-ID`, and is published by the link `NAME`.
 */
export interface ContentFolder {
  /** Absolute folder of all of its kind, on a file system that every node sees. */
  readonly root: string;
  /** A digest of everything that decides what is made: 16 hex digits or more, and letters and digits behind them. */
  readonly name: string;
}

export interface MakeContentFolder extends ContentFolder {
  /** The maker's own, of `newMakerId`. `ROOT/NAME-ID/.hpckit` may hold its inputs already. */
  readonly id: string;
  readonly policy?: FilePolicy | undefined;
}

/** How a script that makes a content folder ends, beside the statuses of what makes it. */
export const contentFolderExit = { alreadyThere: 80, rootNotWritable: 84 } as const;
