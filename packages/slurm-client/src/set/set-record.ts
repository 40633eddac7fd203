import { z } from "zod";
import { SlurmError } from "../error/slurm-error.js";
import { wholeJobShape, type JobReference } from "../job/job-reference.js";

/** What differs from the set's spec in an array of a later round. */
export interface ChangedRequest {
  /** In the place of the spec's `memory`, `memoryPerCpu` or `memoryPerGpu`. */
  readonly memoryBytes?: number | undefined;
  /** `Infinity` without a limit. */
  readonly timeSeconds?: number | undefined;
  /** Nodes, beside those that the spec leaves out. */
  readonly exclude?: readonly string[] | undefined;
}

/** One array of a set, as it was decided: its tasks, as `0-99,120`, and what it asks for. */
export interface RecordedArray extends ChangedRequest {
  readonly tasks: string;
}

/** What a set is. */
export interface SetDefinition {
  readonly kind: "set";
  readonly key: string;
  readonly namespace?: string | undefined;
  /** Digest of what its tasks run: the same key with another is a mistake. */
  readonly spec: string;
  readonly tasks: string;
  readonly windowSize: number;
  readonly arraySize: number;
  /** Ends after which a task is submitted again, and how often at most. */
  readonly retry: { readonly on: readonly string[]; readonly most: number } | undefined;
  readonly arrays: readonly RecordedArray[];
  /** By the clock of the client that began it. */
  readonly madeAtSeconds: number;
}

/** Failed tasks for which the rule has nothing better, and why. */
export interface GivenUpTasks {
  readonly tasks: string;
  readonly why: string;
}

/**
 * What was decided about a set, one small file for each decision, `1`, `2` …; each is made exclusively and never changed, so
 * that of two clients that decide at once one decides, and both do the same.
 */
export type SetRecord =
  | SetDefinition
  /** Tasks that failed and are submitted again, and those that are not. */
  | { readonly kind: "round"; readonly arrays: readonly RecordedArray[]; readonly givenUp: readonly GivenUpTasks[]; readonly madeAtSeconds: number }
  /** Arrays that were sent, by name: their claims may be forgotten once their jobs have ended, and a set may outlast that. */
  | { readonly kind: "sent"; readonly jobs: Readonly<Record<string, SentReference>>; readonly madeAtSeconds: number }
  /** Nothing more is to be sent. */
  | { readonly kind: "cancelled"; readonly madeAtSeconds: number }
  /** Every task has ended, and none is to run again by the rule: a person may decide otherwise. */
  | { readonly kind: "ended"; readonly madeAtSeconds: number }
  /** The key is free for another set: Slurm refused this one before anything was queued, or it is being forgotten. */
  | { readonly kind: "abandoned"; readonly madeAtSeconds: number };

/** The job of an array; its indices are known. */
export type SentReference = Omit<JobReference, "tasks" | "task" | "components">;

const referenceSchema: z.ZodType<SentReference> = z.object(wholeJobShape);

/** JSON knows no infinity. */
const unlimited = "unlimited";

const arraySchema: z.ZodType<RecordedArray> = z.object({
  tasks: z.string(),
  memoryBytes: z.number().optional(),
  timeSeconds: z.union([z.number(), z.literal(unlimited).transform(() => Infinity)]).optional(),
  exclude: z.array(z.string()).optional(),
});
const times = { madeAtSeconds: z.number() };

const recordSchema: z.ZodType<SetRecord> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("set"),
    key: z.string(),
    namespace: z.string().optional(),
    spec: z.string(),
    tasks: z.string(),
    windowSize: z.int().positive(),
    arraySize: z.int().positive(),
    retry: z.object({ on: z.array(z.string()), most: z.number() }).optional(),
    arrays: z.array(arraySchema),
    ...times,
  }) as unknown as z.ZodType<SetDefinition> & z.ZodObject<{ kind: z.ZodLiteral<"set"> }>,
  z.object({ kind: z.literal("round"), arrays: z.array(arraySchema), givenUp: z.array(z.object({ tasks: z.string(), why: z.string() })), ...times }),
  z.object({ kind: z.literal("sent"), jobs: z.record(z.string(), referenceSchema), ...times }),
  z.object({ kind: z.literal("cancelled"), ...times }),
  z.object({ kind: z.literal("ended"), ...times }),
  z.object({ kind: z.literal("abandoned"), ...times }),
]);

const fileSchema = z.object({ hpckit: z.literal("set 1"), nonce: z.string(), record: z.unknown() });

/** One line. @param nonce - tells the record of one client from that of another. */
export const renderSetRecord = (record: SetRecord, nonce: string): string => JSON.stringify({ hpckit: "set 1", nonce, record }, (_, value: unknown) => (value === Infinity ? unlimited : value));

/** How its nonce stands in a record that was rendered, and nothing else does. */
export const renderedNonce = (nonce: string): string => `"nonce":${JSON.stringify(nonce)}`;

/** @throws SlurmError `set-record-unreadable` for anything else: what was decided is not known then, and nothing may be sent. */
export function parseSetRecord(text: string): { readonly record: SetRecord; readonly nonce: string } {
  try {
    const { nonce, record } = fileSchema.parse(JSON.parse(text));
    return { nonce, record: recordSchema.parse(record) };
  } catch (error) {
    throw new SlurmError("set-record-unreadable", `the record of a set cannot be read, so that nobody knows what was decided: look at it, and put it right or cancel its jobs: ${JSON.stringify(text.slice(0, 200))}`, { cause: error });
  }
}
