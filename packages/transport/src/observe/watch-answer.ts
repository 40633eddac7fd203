import { Secret } from "@hpckit/core";
import type { AnswerPrompt } from "../ssh/sign-in-prompt.js";
import type { Audience } from "./audience.js";

/** Tells that a person is asked, and never what was answered. */
export const watchAnswer =
  (observation: Pick<Audience, "emit" | "keepSecret">, answer: AnswerPrompt): AnswerPrompt =>
  async (prompt) => {
    const startedAt = performance.now();
    observation.emit("login-asked", () => ({ host: prompt.host, prompts: prompt.prompts.map(({ text }) => text) }));
    const given = await answer(prompt);
    // What is no secret is refused by whoever asked.
    for (const each of [given].flat()) if (each instanceof Secret) observation.keepSecret(each);
    if (given !== undefined) observation.emit("login-answered", () => ({ durationMs: performance.now() - startedAt }));
    return given;
  };
