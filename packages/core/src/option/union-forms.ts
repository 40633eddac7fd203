import type { z } from "zod";

/** What one form of a union has against an input. */
type Form = readonly z.core.$ZodIssue[];

/** What each of the forms would take; of what no form takes as a whole, what to leave out for it. */
export function unionWords(forms: readonly Form[]): string | undefined {
  const words = forms.map((issues) => {
    const shown = isEntered(issues) && unknownKeys(issues).length > 0 ? issues.filter(isUnknownKey) : issues;
    return shown.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
  });
  return words.length === 0 ? undefined : [...new Set(words)].join(", or ");
}

/** The form that was meant, if the names of the options tell: the only one that has all of them. */
export function formMeant(forms: readonly Form[]): Form | undefined {
  const [form, ...others] = forms.filter((issues) => isEntered(issues) && unknownKeys(issues).length === 0);
  return others.length === 0 ? form : undefined;
}

/** The keys that no form has. */
export function keysOfNone(forms: readonly Form[]): readonly string[] {
  const [first = [], ...others] = forms.filter(isEntered).map(unknownKeys);
  return first.filter((key) => others.every((keys) => keys.includes(key)));
}

/** Whether the input is of the kind that a form takes, and only what is in it is wrong. */
const isEntered = (issues: Form): boolean => issues.every((issue) => issue.path.length > 0 || isUnknownKey(issue));

const isUnknownKey = (issue: z.core.$ZodIssue): boolean => issue.code === "unrecognized_keys" && issue.path.length === 0;

const unknownKeys = (issues: Form): readonly string[] => issues.flatMap((issue) => (issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : []));
