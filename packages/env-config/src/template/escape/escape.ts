/** What is put into a template. Numbers and truth values stay what they are, where a kind of file knows them. */
export type PlainValue = string | number | boolean;

/** Where a placeholder stands. Placeholders before and behind it are the letter `x`: they can end nothing. */
export interface Place {
  readonly before: string;
  readonly after: string;
}

export type Escaped = { readonly kind: "text"; readonly text: string } | { readonly kind: "refused"; readonly reason: string };

/** Writes a value so that it cannot break out of its place in one kind of file, or says why it cannot. The reason shows nothing of it. */
export type Escape = (value: PlainValue, place: Place) => Escaped;

export const text = (written: string): Escaped => ({ kind: "text", text: written });
export const refused = (reason: string): Escaped => ({ kind: "refused", reason });

/** What of a line stands before and behind the placeholder. */
export const lineAround = ({ before, after }: Place): Place => ({ before: before.slice(before.lastIndexOf("\n") + 1), after: /^[^\n]*/.exec(after)?.[0] ?? "" });

/**
 * For kinds of files in which a backslash takes its meaning from what follows: it would take it from the first letter of a value, or from the quote
 * or backslash that makes the value harmless.
 */
export const behindNoBackslash = (escape: Escape): Escape => (value, place) =>
  /(?<!\\)(?:\\\\)*\\$/.test(place.before) ? refused("stands right behind a backslash; write $${ for a literal ${, or take the backslash away") : escape(value, place);
