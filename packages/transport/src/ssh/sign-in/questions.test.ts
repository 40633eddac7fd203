import { secret, type Secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import type { SignInPrompt } from "../sign-in-prompt.js";
import { questions, type Question, type Questions } from "./questions.js";

const question = (text: string, changes: Partial<Question> = {}): Question => ({ method: "keyboard-interactive", name: "", instruction: "", prompts: [{ text, echo: false }], ...changes });

describe("the questions of a server", () => {
  const asked: SignInPrompt[] = [];
  const put = (given: Secret | readonly Secret[] = secret("123456"), pause = (): (() => void) => () => undefined): Questions => {
    asked.length = 0;
    const answer = async (prompt: SignInPrompt): Promise<Secret | readonly Secret[]> => {
      asked.push(prompt);
      return given;
    };
    return questions({ answer, where: "alice@login", host: "login", user: "alice", isReconnect: false, timeoutMs: 1_000, signal: new AbortController().signal, pause });
  };

  it("are put once: the same one again is an error, and nobody is asked", async () => {
    const { put: ask } = put();
    expect(await ask(question("Code: "))).toEqual(["123456"]);
    expect(await ask(question("Next code: "))).toEqual(["123456"]);
    const again = ask(question("Code: "));
    await expect(again).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringContaining("asks the same again") as string });
    await expect(again).rejects.not.toThrow("123456");
    expect(asked).toHaveLength(2);
  });

  it("of several prompts are answered together and in order, or not at all", async () => {
    const two = question("", { prompts: [{ text: "Password: ", echo: false }, { text: "Code: ", echo: true }] });
    expect(await put([secret("a"), secret("b")]).put(two)).toEqual(["a", "b"]);
    await expect(put(secret("a")).put(two)).rejects.toThrow(/asks for 2 answers \("Password: ", "Code: "\), and 1 were given/);
  });

  it("are not answered by what is no secret, and it is not shown", async () => {
    for (const given of ["246810", ["246810"], 246810, null]) {
      const refused = put(given as unknown as Secret).put(question("Code: "));
      await expect(refused).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringContaining("secret(text) of @hpckit/core makes one") as string });
      await expect(refused).rejects.not.toThrow("246810");
    }
  });

  it("reach the caller without control characters", async () => {
    await put().put(question("\u001b[2JCode\u0007:\r ", { name: "\u009b31mName", instruction: "one\ntwo\u0000" }));
    expect(asked).toMatchObject([{ name: "31mName", instruction: "one\ntwo", prompts: [{ text: "[2JCode: " }] }]);
  });

  it("stop the clock of the sign-in until they are answered", async () => {
    const events: string[] = [];
    const pause = (): (() => void) => {
      events.push("paused");
      return () => void events.push("resumed");
    };
    await put(secret("1"), pause).put(question("Code: "));
    await expect(put([], pause).put(question("Code: "))).rejects.toThrow();
    expect(events).toEqual(["paused", "resumed", "paused", "resumed"]);
  });

  it("do not carry an answer into an error, where a server says it back", async () => {
    const { put: ask } = put();
    await ask(question("Code: "));
    await expect(ask(question("Is 123456 right? ", { prompts: [] }))).rejects.toThrow("asks for 0 answers");
    await expect(ask(question("Is 123456 right? ", { prompts: [{ text: "Is 123456 right? ", echo: true }, { text: "", echo: true }] }))).rejects.toThrow('("Is [secret] right? ", "")');
  });

  it("are counted once they are answered, and the answers kept to be taken out of errors", async () => {
    const all = put();
    await all.put(question("Code: "));
    expect(all.answered).toHaveLength(1);
    expect(all.secrets.map((each) => each.reveal())).toEqual(["123456"]);
  });
});
