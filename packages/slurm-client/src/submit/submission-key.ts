import { createHash } from "node:crypto";
import { z } from "zod";
import type { SlurmContext } from "../slurm/slurm-context.js";

/** By what a submission is known, so that it is never made twice. */
export interface SubmissionKey {
  /** What the caller calls this piece of work, e.g. `caqrn-daily-2026-11-21`: 1 to 200 characters, no control characters. */
  readonly key: string;
  /** Keeps the keys of two programs of one user apart; by default empty. */
  readonly namespace?: string | undefined;
}

const shortText = z
  .string()
  .max(200, { error: "at most 200 characters" })
  .refine((value) => !/\p{Cc}/u.test(value), { error: "no line breaks or other control characters" });

export const submissionKeyShape = {
  key: shortText.min(1, { error: "an empty text: leave it out" }).optional(),
  namespace: shortText.optional(),
};

export interface TokenInput extends SubmissionKey {
  readonly cluster: string;
  /** Of the user on the login node: its name can be written in several ways, as `alice` and `alice@example.edu`. */
  readonly uid: number;
}

/** The name under which a key is claimed: the same for every process and every login host. 128 bits in hex. */
export const submissionToken = ({ cluster, uid, namespace = "", key }: TokenInput): string =>
  createHash("sha256").update(JSON.stringify(["hpckit submission", cluster, uid, namespace, key])).digest("hex").slice(0, 32);

/** The name of a key of this user on this cluster. */
export const tokenOf = ({ facts }: Pick<SlurmContext, "facts">, { namespace, key }: Pick<TokenInput, "namespace" | "key">): string =>
  submissionToken({ cluster: facts.name, uid: facts.uid, namespace, key });

/** By what the jobs of a key are known: at the end of a job's comment it stands with the attempt that queued it. */
export const markOf = (token: string): string => `hpckit:${token}`;

/** The end of a job's comment. @param nonce - of the attempt: jobs of records that were forgotten have another. */
export const attemptMark = (token: string, nonce: string): string => `${markOf(token)}-${nonce}`;

/** What {@link attemptMark} wrote: the last of a text. */
export function findMark(text: string): { readonly mark: string; readonly nonce: string } | undefined {
  const [, mark, nonce] = [...text.matchAll(/(hpckit:[\da-f]+)-([\da-f]+)(?![\w-])/g)].at(-1) ?? [];
  return mark === undefined || nonce === undefined ? undefined : { mark, nonce };
}

/**
 * A digest that is the same for values that mean the same, whatever the order of their keys. Secrets count by their place, not by their
 * value: a token that was renewed makes no other spec.
 */
export const digestOf = (value: unknown): string => createHash("sha256").update(JSON.stringify(sorted(value))).digest("hex").slice(0, 32);

/** As JSON would write it: what has a `toJSON` shows that. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return (value as { toJSON(): unknown }).toJSON();
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, each]) => [name, sorted(each)]));
}
