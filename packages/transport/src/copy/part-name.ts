import { createHash, randomBytes } from "node:crypto";
import type { Octets } from "../guard/octets.js";

/** The names of files that stand aside, in the folder of their target. */
export interface PartName {
  /** A new one for each call. */
  readonly name: string;
  /** What another call may continue. */
  readonly resumable?: {
    /** How the names of all parts for the same target begin. */
    readonly ofTarget: string;
    /** The same, and of the same original. */
    readonly ofOriginal: string;
  };
}

/** Names of all that hpckit is just writing aside, files and folders, as find(1) takes them. */
export const partPattern = ".hpckit-*.part";

/** The same for one name. */
export const isPart = (name: Octets): boolean => name.startsWith(".hpckit-") && name.endsWith(".part");

export const partName = (): PartName => ({ name: `.hpckit-${random()}.part` });

/**
 * @param target - the last name of the target's path.
 * @param original - all that tells the original, and its state, from others.
 */
export function resumablePartName(target: Octets, original: readonly (string | number | bigint)[]): PartName {
  const ofTarget = `.hpckit-${digest(target)}-`;
  const ofOriginal = `${ofTarget}${digest(original.join("\0"))}-`;
  return { name: `${ofOriginal}${random()}.part`, resumable: { ofTarget, ofOriginal } };
}

const random = (): string => randomBytes(8).toString("hex");
const digest = (text: string): string => createHash("sha256").update(text, "latin1").digest("hex").slice(0, 16);
