import { OutputUnreadableError } from "@hpckit/core";
import { z } from "zod";
import { ControllerUnreachableError, RestAuthenticationError, SlurmRestError, type SlurmError } from "../error/slurm-error.js";
import { findSubmissionProblem } from "../error/submission-problem.js";
import type { HttpResponse } from "./http/http-message.js";

/** What slurmrestd says went wrong. */
export interface RestProblem {
  /** Slurm's error number; -1 where it lost the reason. @see slurm/slurm_errno.h */
  readonly number: number | undefined;
  readonly text: string;
}

/** An answer whose body could be read. Its status alone says nothing: a failure can come as 200, and an unknown job as 500. */
export interface RestReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly problems: readonly RestProblem[];
}

/** Slurm's numbers, each seen live. */
export const slurmErrors = { unspecified: -1, authentication: 1007, unknownJob: 2017, noDatabase: 7000, nothingFound: 9003 } as const;

/** 22.05 names the number in two ways. Every field can be missing. */
const problemSchema = z.looseObject({
  error_number: z.number().nullish(),
  error_code: z.number().nullish(),
  error: z.string().nullish(),
  description: z.string().nullish(),
});
const bodySchema = z.looseObject({ errors: z.array(problemSchema).nullish() });

/** Each of slurmrestd's own answers has `meta`: one of 404 without it says that there is no such address, in whatever words. */
const isOwn = (body: Readonly<Record<string, unknown>>): boolean => body["meta"] !== undefined;

/**
 * Reads an answer of slurmrestd.
 * @param what - the request, for messages.
 * @throws RestAuthenticationError for a bare refusal; SlurmRestError for a redirect; OutputUnreadableError for anything that is not JSON.
 */
export function readReply({ status, contentType, body }: HttpResponse, what: string): RestReply {
  if (status === 401) throw new RestAuthenticationError(`${what}: slurmrestd does not take the token`, { detail: { status } });
  if (status >= 300 && status < 400) throw new SlurmRestError(`${what}: redirected (${status}); redirects are not followed: name the address of slurmrestd itself`, { detail: { status }, retryable: false });
  const parsed = bodySchema.safeParse(readJson(body));
  if (status === 404 && !(parsed.success && isOwn(parsed.data))) {
    throw new SlurmRestError(`${what}: there is no such address (404): was slurmrestd upgraded? Then connect again`, { detail: { status }, retryable: false });
  }
  if (!parsed.success) {
    throw new OutputUnreadableError("slurmrestd", `${what}: ${status} with ${contentType === "" ? "a body of no type" : contentType} that is no answer of slurmrestd`, body);
  }
  const problems = (parsed.data.errors ?? []).map(({ error_number, error_code, error, description }) => ({
    number: error_number ?? error_code ?? undefined,
    text: [error, description].filter((part) => part !== undefined && part !== null && part !== "").join(": "),
  }));
  const failed = status >= 400 && problems.length === 0;
  return { status, body: parsed.data, problems: failed ? [{ number: undefined, text: `HTTP ${status}` }] : problems };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** slurmdbd's own refusal is 502, and 24.11 says why only in words. */
const isAuthentication = ({ number, text }: RestProblem): boolean => number === slurmErrors.authentication || /authentication error/i.test(text);

/**
 * Whether Slurm refused the token. It did for certain, and did nothing else, where slurmctld says so, or slurmdbd does of 22.05. Perhaps it did
 * where only the connection to slurmdbd failed (24.11 says why in words, 26.05 not at all), or where 22.05's controller lost the reason.
 * @param tokenHasEnded - by our clock.
 */
export function findRefusal({ status, problems }: RestReply, tokenHasEnded: boolean): "certain" | "possible" | undefined {
  if (status === 511 || problems.some(({ number }) => number === slurmErrors.authentication)) return "certain";
  const isPossible = problems.some((problem) => isAuthentication(problem) || problem.number === slurmErrors.noDatabase || (problem.number === slurmErrors.unspecified && tokenHasEnded));
  return isPossible ? "possible" : undefined;
}

/** The error of an answer with problems. */
export function restFailure({ status, problems }: RestReply, what: string): SlurmError {
  const said = problems.map(({ number, text }) => (number === undefined ? text : `${text} (${number})`)).join("; ");
  const options = { detail: { status, errorNumbers: problems.map(({ number }) => number) } };
  if (status === 511 || problems.some(isAuthentication)) return new RestAuthenticationError(`${what}: Slurm does not take the token: ${said}`, options);
  const causes = problems.map(({ number, text }) => findSubmissionProblem(text, number));
  if (causes.some((cause) => cause === "controller-unreachable" || cause === "lost-reply")) {
    return new ControllerUnreachableError(`${what}: the Slurm controller does not answer: ${said}; try again later`, options);
  }
  return new SlurmRestError(`${what}: ${said}`, options);
}
