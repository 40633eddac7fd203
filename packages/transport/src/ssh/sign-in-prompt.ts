import type { Secret } from "@hpckit/core";

/** What a server wants to be answered by a person, e.g. a one-time code. */
export interface SignInPrompt {
  /** The host that asks: with jump hosts it can be one of these. */
  readonly host: string;
  /** The account that signs in there. */
  readonly user: string;
  /** `password` where the server knows no other way to ask: there is one prompt, and its text is ours. */
  readonly method: "keyboard-interactive" | "password";
  /** A title that the server gives its prompts; may be empty. Control characters are taken out, here and below. */
  readonly name: string;
  /** What the server says before its prompts; may be empty, or of several lines. */
  readonly instruction: string;
  /** To be answered together and in this order. `echo` tells whether an answer may be seen while it is typed. */
  readonly prompts: readonly { readonly text: string; readonly echo: boolean }[];
  /**
   * A connection was lost and this is a new login: what was answered before is used up. A person who does not expect it can
   * answer `undefined`.
   */
  readonly isReconnect: boolean;
  /** Fires when the answer is not needed any more: after an abort, a time-out, or the end of the connection. */
  readonly signal: AbortSignal;
}

/**
 * Answers what a server asks. A prompt is put once: an answer is sent once and never again, and what was refused is not asked again.
 * @returns an answer for each prompt (alone, if there is one); `undefined` if there is none, which ends the sign-in.
 */
export type AnswerPrompt = (prompt: SignInPrompt) => Promise<Secret | readonly Secret[] | undefined>;
