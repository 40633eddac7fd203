import { z } from "zod";
import { readAnswer, type SbatchAnswer } from "./sbatch-answer.js";

/**
 * What is written about a submission before sbatch is started, for whoever finds it. One file for each attempt, `TOKEN.1`, `TOKEN.2` …,
 * made exclusively and then written by its owner alone; the highest counts. Each line counts once it is whole.
 */
export interface ClaimHeader {
  /** For people. */
  readonly key: string;
  /** Digest of what is to run: the same key with another is a mistake. */
  readonly spec: string;
  /** Where the job's files will be, so that a handle can be made of the record alone. */
  readonly places: ClaimedPlaces;
  /** By which way the job is queued, where that is not sbatch: accounting then keeps no command of it. */
  readonly over?: "rest" | undefined;
}

export interface ClaimedPlaces {
  readonly name?: string | undefined;
  readonly workFolder: string;
  readonly output: string;
  readonly error?: string | undefined;
  /** Of an array job, as Slurm writes them: `0-3,7`. */
  readonly tasks?: string | undefined;
  /** How many a heterogeneous job has. */
  readonly components?: number | undefined;
  readonly secretsFile?: string | undefined;
}

const placesSchema: z.ZodType<ClaimedPlaces> = z.object({
  name: z.string().optional(),
  workFolder: z.string(),
  output: z.string(),
  error: z.string().optional(),
  tasks: z.string().optional(),
  components: z.number().optional(),
  secretsFile: z.string().optional(),
});

export type AttemptState =
  /** The record is not whole: its owner cannot have come to sbatch. */
  | { readonly kind: "unfinished" }
  /** sbatch may have been started; its answer is not recorded. */
  | { readonly kind: "claimed" }
  | { readonly kind: "answered"; readonly answer: SbatchAnswer }
  /** Made by who removes the records of the key: see `renderForgetScript`. */
  | { readonly kind: "forgetting" }
  /** Found out later, by a client or a person. */
  | { readonly kind: "settled"; readonly id: string | undefined };

export interface ClaimAttempt {
  /** From 1 on: the fencing number. */
  readonly number: number;
  readonly state: AttemptState;
  /** Unguessable, of one attempt alone. */
  readonly nonce: string | undefined;
  readonly header: ClaimHeader | undefined;
  readonly host: string | undefined;
  /** Seconds since the epoch, on the login node of the owner. */
  readonly claimedAtSeconds: number | undefined;
  /** Whether the script that submits still runs, seen from its own login node. Else it is not known, and false. */
  readonly isOwnerAlive: boolean;
}

export const renderHeader = ({ key, spec, places, over }: ClaimHeader): string =>
  ["hpckit submission 1", `key ${JSON.stringify(key)}`, `spec ${spec}`, `job ${JSON.stringify(places)}`, ...(over === undefined ? [] : [`over ${over}`])].join("\n");

/** Reads one file. Pure; whatever cannot be read is as if it were not there. @param alive - what a login node said beside it. */
export function parseClaim(number: number, text: string, isOwnerAlive = false): ClaimAttempt {
  // A key can hold what JavaScript takes for the end of a line, as U+2028.
  const line = (name: string): string | undefined => new RegExp(`(?:^|\n)${name} ([^\n]*)\n`).exec(text)?.[1];
  const nonce = /^claimed ([\da-f]+)\n/m.exec(text)?.[1];
  const [host, , at] = line("host")?.split(" ") ?? [];
  return {
    number,
    nonce,
    header: readHeader(line("key"), line("spec"), line("job"), line("over")),
    host,
    claimedAtSeconds: at !== undefined && /^\d+$/.test(at) ? Number(at) : undefined,
    isOwnerAlive,
    state: nonce === undefined ? { kind: "unfinished" } : readState(text, nonce),
  };
}

function readState(text: string, nonce: string): AttemptState {
  if (text.includes(`\nforgetting ${nonce}\n`)) return { kind: "forgetting" };
  const settled = new RegExp(`^settled ${nonce} (none|[1-9]\\d*)\n`, "m").exec(text)?.[1];
  if (settled !== undefined) return { kind: "settled", id: settled === "none" ? undefined : settled };
  const [, exitCode, printed] = new RegExp(`^reply ${nonce} (\\d+)\n([^]*)\nend ${nonce}\n`, "m").exec(text) ?? [];
  if (exitCode === undefined || printed === undefined) return { kind: "claimed" };
  return { kind: "answered", answer: readAnswer({ exitCode: Number(exitCode), printed }) };
}

function readHeader(key: string | undefined, spec: string | undefined, places: string | undefined, over: string | undefined): ClaimHeader | undefined {
  try {
    if (key === undefined || spec === undefined || places === undefined) return undefined;
    return { key: z.string().parse(JSON.parse(key)), spec, places: placesSchema.parse(JSON.parse(places)), ...(over === "rest" && { over }) };
  } catch {
    return undefined;
  }
}

/** The fence that the first job of a token puts up when it starts. */
export interface Fence {
  readonly id: string;
  readonly restarts: number;
}

export function parseFence(text: string): Fence | undefined {
  const [, id, restarts] = /^job ([1-9]\d*) (\d+) \S*\n/.exec(text) ?? [];
  return id === undefined ? undefined : { id, restarts: Number(restarts) };
}

/** All that is known over there of one token. */
export interface FoundClaims {
  /** Ascending. */
  readonly attempts: readonly ClaimAttempt[];
  readonly fence: Fence | undefined;
}
