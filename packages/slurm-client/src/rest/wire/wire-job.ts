import { z } from "zod";
import { parseState, readState, type JobState } from "../../state/job-state.js";
import { wireNumber } from "./wire-number.js";

const words: z.ZodType<readonly string[]> = z.union([z.string().transform((word) => [word]), z.array(z.string())]).catch([]);

/** One word in 22.05; later a list of the base state and flags, in no fixed order. */
export const wireState: z.ZodType<JobState> = words.transform((list) => {
  const state = readState(list);
  // Others look at the first word of what was written: here the base.
  return { ...state, raw: [...list].sort((one, other) => Number(isBase(other)) - Number(isBase(one))).join(" ") };
});

const isBase = (word: string): boolean => parseState(word).base === word;

const noSignal = { id: undefined, signal_id: undefined };
const exitSchema = z.looseObject({ status: words, return_code: wireNumber, signal: z.looseObject({ id: wireNumber, signal_id: wireNumber }).catch(noSignal) });
type Exit = z.infer<typeof exitSchema>;

/**
 * An exit code as sacct writes it, `3:0` or `0:9`; 22.05's queue gives the wait status, and keeps it. Empty where Slurm does not say.
 * @see wait(2)
 */
export const wireExitCode: z.ZodType<string> = z
  .union([z.int().min(0).max(0xffff).transform(String), exitSchema.transform(formatExit)])
  .catch("");

function formatExit({ status, return_code: code, signal }: Exit): string {
  const signalNumber = signal.id ?? signal.signal_id;
  if (signalNumber !== undefined && signalNumber > 0 && signalNumber !== Infinity) return `0:${signalNumber}`;
  const isKnown = code !== undefined && code !== Infinity && !status.includes("PENDING") && !status.includes("INVALID");
  return isKnown ? `${code}:0` : "";
}
