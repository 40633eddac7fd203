import type { JobReason, ReasonRow } from "./job-reason.js";
import { explainLimit } from "./limit-reason.js";
import { remember } from "./remember.js";
import { reasonSentences, reasonWords } from "./reason-words.js";

const unknown: ReasonRow = { kind: "unknown", passesByItself: "perhaps", explanation: "a reason that is not known here", nextStep: undefined };

/**
 * Explains a reason as squeue, sacct and scontrol write it: a word, a word with something behind it
 * (`RaisedSignal:9(Killed)`), or a sentence, with blanks or underscores.
 * @returns undefined for none (`None`, empty, and sacct's `0`).
 */
export const explainReason = (raw: string | undefined): JobReason | undefined => (raw === undefined || /^(?:|None|\(null\))$/.test(raw) ? undefined : explain(raw));

const explain = remember((raw): JobReason => {
  const text = raw.replaceAll("_", " ").trim();
  const sentence = reasonSentences.find(([pattern]) => pattern.test(text));
  if (sentence !== undefined) return { ...sentence[1], raw };
  const word = /^[A-Za-z]+/.exec(text)?.[0] ?? "";
  return { ...(Object.hasOwn(reasonWords, word) ? reasonWords[word] : undefined) ?? explainLimit(word) ?? unknown, raw };
});
