import { randomBytes } from "node:crypto";
import type { ClaimHeader } from "./claim-record.js";
import type { PlacedJobSpec } from "./sbatch-arguments.js";

/** One attempt to queue one job. */
export interface SubmitRequest {
  /** Under which the attempt is claimed. */
  readonly token: string;
  /** From 1 on; each can be claimed once. */
  readonly attempt: number;
  /** Unguessable, new for every attempt. */
  readonly nonce: string;
  readonly header: ClaimHeader;
  /** Folders that must be there: Slurm would run the job elsewhere, or lose its output. */
  readonly folders: readonly string[];
  /** With the mark in its comment. */
  readonly spec: PlacedJobSpec;
  readonly script: string;
}

/** What was found out about a key, to be written down as its next attempt. */
export interface ClaimVerdict extends Pick<SubmitRequest, "token" | "attempt" | "nonce" | "header"> {
  /** The job; undefined where there is none. */
  readonly id: string | undefined;
}

export const newNonce = (): string => randomBytes(12).toString("hex");
