import { HpckitError, redact, Secret, TimeoutError, TransportError } from "@hpckit/core";
import { limitTimer } from "../../guard/limit-timer.js";
import { orAborted } from "../../guard/stopping.js";
import { afterRefusedAnswer } from "./refused-answer.js";
import type { AnswerPrompt, SignInPrompt } from "../sign-in-prompt.js";

/** What a server has asked, as it came. */
export type Question = Pick<SignInPrompt, "method" | "name" | "instruction" | "prompts">;

/** Puts a server's questions to the caller, each one once. */
export interface Questions {
  /** @throws TransportError `authentication-failed` where there is no answer, or the same is asked again; TimeoutError, AbortedError */
  readonly put: (question: Question) => Promise<readonly string[]>;
  /** Whether an answer is awaited. */
  readonly isWaiting: boolean;
  /** Those that were answered. */
  readonly answered: readonly Question[];
  /** What was answered; no error may show it. */
  readonly secrets: readonly Secret[];
}

export interface QuestionsOptions {
  readonly answer: AnswerPrompt;
  /** `user@host`, for errors. */
  readonly where: string;
  readonly host: string;
  readonly user: string;
  readonly isReconnect: boolean;
  readonly timeoutMs: number;
  /** Fires when the sign-in is over. */
  readonly signal: AbortSignal;
  /** Stops the clock of the sign-in; the function starts it again. */
  readonly pause: () => () => void;
}

export function questions({ answer, where, host, user, isReconnect, timeoutMs, signal, pause }: QuestionsOptions): Questions {
  const put = new Set<string>();
  const secrets: Secret[] = [];
  const answered: Question[] = [];
  let isWaiting = false;
  // A server could say back in a prompt what it was told.
  const failed = (message: string, cause?: unknown): TransportError => new TransportError("authentication-failed", `${where}: ${redact(message, secrets)}`, { cause, detail: { host, user } });

  async function askCaller(question: Question, over: AbortSignal): Promise<readonly Secret[]> {
    const texts = question.prompts.map(({ text }) => JSON.stringify(text)).join(", ");
    let given: Awaited<ReturnType<AnswerPrompt>>;
    try {
      given = await orAborted(answer({ host, user, isReconnect, ...question, signal: over }), over);
    } catch (error) {
      if (error instanceof HpckitError) throw error;
      throw failed("the answer function failed", error);
    }
    if (given === undefined) throw failed(`the server asks ${texts}, and there is no answer to it`);
    const all = [given].flat();
    if (!all.every((each) => each instanceof Secret)) throw failed("the answer function gave something else than Secrets: secret(text) of @hpckit/core makes one");
    if (all.length !== question.prompts.length) throw failed(`the server asks for ${question.prompts.length === 1 ? "one answer" : `${question.prompts.length} answers`} (${texts}), and ${all.length} were given`);
    return all;
  }

  return {
    secrets,
    answered,
    get isWaiting() {
      return isWaiting;
    },
    async put(asked) {
      const question = withoutControls(asked);
      const key = JSON.stringify(question);
      if (put.has(key)) throw failed(`the server did not accept what was answered, and asks the same again. ${afterRefusedAnswer(answered)}`);
      put.add(key);
      const resume = pause();
      isWaiting = true;
      const timer = new AbortController();
      const late = limitTimer(timeoutMs, () => timer.abort(new TimeoutError(`${where}: no answer to what the server asks within ${timeoutMs} ms`, { detail: { timeoutMs } })));
      try {
        const all = await askCaller(question, AbortSignal.any([signal, timer.signal]));
        secrets.push(...all);
        answered.push(question);
        return all.map((each) => each.reveal());
      } finally {
        clearTimeout(late);
        isWaiting = false;
        resume();
      }
    },
  };
}

/** A server is not to write on the terminal of whoever shows its words. */
function withoutControls(question: Question): Question {
  const clean = (text: string): string => text.replaceAll(/(?!\n)\p{Cc}/gu, "");
  return { ...question, name: clean(question.name), instruction: clean(question.instruction), prompts: question.prompts.map(({ text, echo }) => ({ text: clean(text), echo })) };
}
