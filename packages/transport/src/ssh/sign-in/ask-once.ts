import { TransportError } from "@hpckit/core";
import type { AnswerPrompt } from "../sign-in-prompt.js";

/** Counts how often a person is asked in one login. */
export function countingAnswers(answer: AnswerPrompt | undefined): { readonly count: number; readonly answer: AnswerPrompt | undefined } {
  let count = 0;
  return {
    get count() {
      return count;
    },
    answer:
      answer &&
      ((prompt) => {
        count++;
        return answer(prompt);
      }),
  };
}

/**
 * What a login came to that a transport has made by itself, and in which a person was asked: nothing that is tried again by itself, whatever
 * it failed for. Codes would be used up, servers count unanswered questions as failures, and nobody is to be asked all night.
 */
export const notAskedAgain = (error: Error): Error =>
  error instanceof TransportError && !error.retryable ? error : new TransportError("authentication-failed", `${error.message}; a person was asked, and is not asked again`, { cause: error });
