import { secret, type Secret } from "@hpckit/core";

/** Of a text that holds secrets, the same lines with `[secret]` in their place. */
const shownTexts = new WeakMap<Secret, string>();

/** Makes a secret of a text that holds some. @param shown - as many lines, without them. */
export function secretText(text: string, shown: string): Secret {
  const whole = secret(text);
  shownTexts.set(whole, shown);
  return whole;
}

/** What may be shown of it, line by line; nothing of a secret that was not made here. */
export const shownText = (text: Secret): string => shownTexts.get(text) ?? text.reveal().replaceAll(/[^\n]+/g, "[secret]");

/** `[secret]`, on as many lines as the text that it stands for. */
export const hidden = (text: string): string => `[secret]${"\n".repeat(text.split("\n").length - 1)}`;
