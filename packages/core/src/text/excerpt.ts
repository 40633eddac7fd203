/** Says that a text was cut here; `redact` looks for parts of secrets beside it. */
export const ellipsis = "…";

/** The end of a text, so many characters at most, for a message: programs say last what they stop for. */
export const excerptOf = (text: string, length: number): string => (text.length <= length ? text : `${ellipsis}${text.slice(-length)}`);
