import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { secret, type Secret } from "@hpckit/core";
import type { SignInPrompt, SshOptions } from "@hpckit/transport";
import { execa } from "execa";
import { expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { openSshConnection, prepareRoute } from "../src/ssh/ssh-connection.js";
import { sshTo } from "./over-sshd.js";
import { startAgent } from "./start-agent.js";

/** Answers in turn, and keeps what was asked. */
const answering = (...codes: readonly (string | undefined)[]): { readonly asked: SignInPrompt[]; readonly answer: (prompt: SignInPrompt) => Promise<Secret | undefined> } => {
  const asked: SignInPrompt[] = [];
  return {
    asked,
    async answer(prompt) {
      const code = codes[asked.length];
      asked.push(prompt);
      return code === undefined ? undefined : secret(code);
    },
  };
};
const withoutKey = { privateKey: undefined, agent: undefined } as const;
const keyAndCode = ["AuthenticationMethods publickey,keyboard-interactive"];
/** Every word of an error, however deep. */
const wordsOf = async (work: Promise<unknown>): Promise<string> => inspect(await work.catch((error: unknown) => error), { depth: 9, showHidden: true });
const signIn = async (server: Sshd, changes: Partial<SshOptions>): Promise<void> => {
  await using login = await sshTo(server, changes);
  expect((await login.exec(["id", "-un"])).stdout.trim()).toBe(server.user);
};

it("a one-time code signs in, asked for once, with the words of the server", async () => {
  await using server = await startSshd({ account: "guest", codes: ["first"] });
  const { asked, answer } = answering("first");
  await signIn(server, { ...withoutKey, answer });
  expect(asked).toMatchObject([{ host: "127.0.0.1", user: server.user, method: "keyboard-interactive", isReconnect: false, prompts: [{ text: "Password: ", echo: false }] }]);
  expect(await server.answered()).toEqual(["first"]);
});

it("a code after a key, whether the key is a file's or an agent's, and a key that is refused before it", async () => {
  await using server = await startSshd({ account: "guest", codes: ["1", "2", "3"], config: keyAndCode });
  await signIn(server, { answer: answering("1").answer });
  await using agent = await startAgent(join(server.folder, "agent"));
  // The second key would be the server's next failure, if it was offered after the first one was accepted.
  await agent.add(server.privateKeyFile);
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(server.folder, "other")]);
  await agent.add(join(server.folder, "other"));
  await signIn(server, { privateKey: undefined, agent: { socketPath: agent.socketPath }, answer: answering("2").answer });
  expect(await server.answered()).toEqual(["1", "2"]);
  await expect(sshTo(server)).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringMatching(/key was accepted.*keyboard-interactive as well.*answer/) as string });
  const { asked, answer } = answering("3");
  await expect(sshTo(server, { ...withoutKey, answer })).rejects.toMatchObject({ code: "authentication-failed" });
  expect(asked).toEqual([]);
});

it("a wrong code is an error after one question, tells the next step, and shows nothing of the answer", async () => {
  await using server = await startSshd({ account: "guest", codes: ["right"] });
  const { asked, answer } = answering("canary-7531", "right", "right");
  const login = sshTo(server, { ...withoutKey, answer });
  await expect(login).rejects.toMatchObject({ code: "authentication-failed", retryable: false, message: expect.stringContaining("connect again with the right answer") as string });
  expect(await wordsOf(login)).not.toContain("7531");
  expect(asked).toHaveLength(1);
  expect(await server.answered()).toEqual(["canary-7531"]);
});

it("a password is asked for where a server knows no other way, and no second time after a code", async () => {
  await using plain = await startSshd({ account: "guest", codes: ["secret"], config: ["PasswordAuthentication yes", "KbdInteractiveAuthentication no"] });
  const { asked, answer } = answering("secret");
  await signIn(plain, { ...withoutKey, answer });
  expect(asked).toMatchObject([{ method: "password", prompts: [{ text: `${plain.user}@127.0.0.1's password: `, echo: false }] }]);
  await using both = await startSshd({ account: "guest", codes: ["secret"], config: ["PasswordAuthentication yes"] });
  const wrong = answering("wrong", "wrong");
  await expect(sshTo(both, { ...withoutKey, answer: wrong.answer })).rejects.toMatchObject({ code: "authentication-failed" });
  expect(wrong.asked).toHaveLength(1);
  expect(await both.answered()).toEqual(["wrong"]);
});

it("no answer, too many, a function that fails, and none at all are errors that name the question", async () => {
  await using server = await startSshd({ account: "guest", codes: ["1"] });
  const failing = (answer: SshOptions["answer"]): Promise<unknown> => sshTo(server, { ...withoutKey, answer });
  await expect(failing(async () => undefined)).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringContaining('asks "Password: "') as string });
  await expect(failing(async () => [secret("canary-1"), secret("canary-2")])).rejects.toThrow(/asks for one answer.*2 were given/);
  await expect(failing(() => Promise.reject(new Error("no terminal")))).rejects.toMatchObject({ code: "authentication-failed", cause: { message: "no terminal" } });
  const plain = (async () => "canary-3") as unknown as SshOptions["answer"];
  await expect(failing(plain)).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringContaining("something else than Secrets: secret(text)") as string });
  await expect(failing(undefined)).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringMatching(/takes publickey, keyboard-interactive.*give an answer function/) as string });
  expect(await server.answered()).toEqual([]);
});

it("the time for an answer does not count as time for the connection, and has a limit of its own", async () => {
  await using server = await startSshd({ account: "guest", codes: ["slow"] });
  const slowly = async (): Promise<Secret> => {
    await delay(1_500);
    return secret("slow");
  };
  await signIn(server, { ...withoutKey, connectTimeoutMs: 1_200, answer: slowly });
  let prompt: SignInPrompt | undefined;
  const never = (given: SignInPrompt): Promise<never> => {
    prompt = given;
    return new Promise(() => undefined);
  };
  await expect(sshTo(server, { ...withoutKey, answer: never, answerTimeoutMs: 200 })).rejects.toMatchObject({ name: "TimeoutError", message: expect.stringContaining("no answer") as string });
  expect(prompt?.signal.aborted).toBe(true);
  await expect(sshTo(server, { ...withoutKey, answer: never, signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ name: "AbortedError" });
  expect(prompt?.signal.aborted).toBe(true);
  expect(await server.answered()).toEqual(["slow"]);
});

it("a server that hangs up while it is waited for an answer is a lost connection, and the prompt is withdrawn", async () => {
  await using server = await startSshd({ account: "guest", codes: ["1"] });
  let prompt: SignInPrompt | undefined;
  const login = sshTo(server, {
    ...withoutKey,
    answer(given) {
      prompt = given;
      void server.kill();
      return new Promise(() => undefined);
    },
  });
  await expect(login).rejects.toMatchObject({ code: "connection-lost", message: expect.stringContaining("LoginGraceTime") as string });
  expect(prompt?.signal.aborted).toBe(true);
});

it("every host of the way asks for itself, and a new login says that it is one", async () => {
  await using gate = await startSshd({ account: "guest", codes: ["gate-1", "gate-2"] });
  await using target = await startSshd({ account: "guest", codes: ["target-1", "target-2"] });
  const { asked, answer } = answering("gate-1", "target-1", "gate-2", "target-2");
  const knownOf = (server: Sshd): { readonly knownHosts: { readonly file: string }; readonly host: string; readonly port: number; readonly user: string } => ({
    knownHosts: { file: server.knownHostsFile },
    host: server.host,
    port: server.port,
    user: server.user,
  });
  const options: SshOptions = { ...knownOf(target), jump: knownOf(gate), answer };
  const { signal } = new AbortController();
  for (const isReconnect of [false, true]) await (await openSshConnection(options, { prepared: await prepareRoute(options, signal), isReconnect, signal, inTurn: (_, work) => work() })).close();
  expect(asked.map(({ isReconnect }) => isReconnect)).toEqual([false, false, true, true]);
  expect([await gate.answered(), await target.answered()]).toEqual([["gate-1", "gate-2"], ["target-1", "target-2"]]);
});

it("a person who does not answer after a lost connection is not asked again, whoever else waits", async () => {
  await using server = await startSshd({ account: "guest", codes: ["first"] });
  let asked = 0;
  const once = async (): Promise<Secret> => (asked++ === 0 ? secret("first") : new Promise<never>(() => undefined));
  await using login = await sshTo(server, { ...withoutKey, answer: once, answerTimeoutMs: 200, reconnect: { firstPauseMs: 10, longestPauseMs: 20 } });
  await server.kill();
  await server.restart();
  const given = { code: "authentication-failed", message: expect.stringMatching(/no answer.*a person was asked, and is not asked again.*connect anew/) as string };
  await Promise.all([expect(login.exec(["true"])).rejects.toMatchObject(given), expect(login.stat("/")).rejects.toMatchObject(given)]);
  await expect(login.exec(["true"])).rejects.toMatchObject(given);
  expect(asked).toBe(2);
});
