import type { SentAttempt } from "./send-attempts.js";

/** One round trip brings so many jobs at most, and so much of scripts. */
const mostJobs = 500;
const mostBytes = 8 * 1024 * 1024;

/** While one sbatch waits for the controller another can start. More at a time would be felt by others. */
const atOnce = 2;
/** Fewer are not worth another channel. */
const leastToShare = 50;

/**
 * Which attempts go together, in round trips that follow each other, and those beside others at the same time. Neighbours go at the same time, so ids
 * still rise with the order of the jobs, but for their neighbours'.
 */
export function roundTrips(sent: readonly SentAttempt[]): readonly (readonly (readonly SentAttempt[])[])[] {
  if (sent.length < leastToShare) return [inParts(sent)];
  return Array.from({ length: atOnce }, (_, lane) => inParts(sent.filter((_each, index) => index % atOnce === lane)));
}

function inParts(sent: readonly SentAttempt[]): readonly (readonly SentAttempt[])[] {
  const parts: SentAttempt[][] = [];
  let bytes = Infinity;
  for (const attempt of sent) {
    bytes += attempt.planned.request.script.length;
    const last = parts.at(-1);
    if (last === undefined || last.length === mostJobs || bytes > mostBytes) {
      parts.push([attempt]);
      bytes = attempt.planned.request.script.length;
    } else last.push(attempt);
  }
  return parts;
}
