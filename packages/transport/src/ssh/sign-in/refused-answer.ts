import type { Question } from "./questions.js";

/** How servers call what works once, e.g. those of Google Authenticator, privacyIDEA, Duo and RSA. */
const codeWords = /one[ -]?time|\b[th]?otp\b|code|token|verif|factor|authenticator|\bduo\b|yubi/i;

const asksForCode = ({ method, name, instruction, prompts }: Question): boolean => method === "keyboard-interactive" && [name, instruction, ...prompts.map(({ text }) => text)].some((text) => codeWords.test(text));

/** The next step where what these asked for was answered and not accepted: a code is used up, and a password was wrong. */
export const afterRefusedAnswer = (asked: readonly Question[]): string =>
  asked.some(asksForCode) ? "A one-time code works once: connect again with a new one" : "Nothing is asked twice: connect again with the right answer";
