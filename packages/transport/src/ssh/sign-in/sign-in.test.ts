import { generateKeyPairSync } from "node:crypto";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { secret } from "@hpckit/core";
import ssh2, { type Connection, type KeyboardAuthContext, type PasswordAuthContext } from "ssh2";
import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../fingerprint.js";
import type { SignInPrompt } from "../sign-in-prompt.js";
import { openSshConnection, prepareRoute } from "../ssh-connection.js";
import type { SshOptions } from "../ssh-options.js";

const hostKey = generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs1", format: "pem" } }).privateKey;

/** What a server does with those who try one way to sign in. */
interface Behaviour {
  readonly asks?: (context: KeyboardAuthContext) => void;
  readonly password?: (context: PasswordAuthContext) => void;
}

/** Signs in to a server that behaves as no sshd does. */
async function signInTo({ asks, password }: Behaviour): Promise<{ readonly login: Promise<unknown>; readonly asked: readonly SignInPrompt[] }> {
  const connections: Connection[] = [];
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connections.push(connection);
    connection.on("error", () => undefined);
    connection.on("authentication", (context) => {
      if (context.method === "keyboard-interactive" && asks !== undefined) asks(context);
      else if (context.method === "password" && password !== undefined) password(context);
      else context.reject([asks === undefined ? (password === undefined ? "hostbased" : "password") : "keyboard-interactive"]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const parsed = ssh2.utils.parseKey(hostKey);
  if (parsed instanceof Error) throw parsed;
  const asked: SignInPrompt[] = [];
  const options: SshOptions = {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    user: "alice",
    hostKeys: [fingerprintOf(parsed.getPublicSSH())],
    privateKey: { key: secret(hostKey) },
    connectTimeoutMs: 5_000,
    answer: async (prompt) => {
      asked.push(prompt);
      return secret("canary-42");
    },
  };
  const signal = new AbortController().signal;
  const prepared = await prepareRoute(options, signal);
  const login = openSshConnection(options, { prepared, signal, isReconnect: false, inTurn: (_, work) => work() }).finally(() => {
    for (const connection of connections) connection.end();
    server.close();
  });
  await login.catch(() => undefined);
  return { login, asked };
}

describe("a server", () => {
  it("that asks the same again is not answered again, and nobody is asked", async () => {
    const answers: string[] = [];
    const { login, asked } = await signInTo({
      asks(context) {
        const ask = (): void => context.prompt([{ prompt: "Code: ", echo: false }], "", "", (given) => {
          answers.push(...given);
          ask();
        });
        ask();
      },
    });
    await expect(login).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringContaining("asks the same again") as string });
    expect(asked).toHaveLength(1);
    expect(answers).toEqual(["canary-42"]);
  });

  it("that asks one thing after the other in one sign-in is answered each time", async () => {
    const { login, asked } = await signInTo({
      asks(context) {
        context.prompt([{ prompt: "Password: ", echo: false }], "", "", () => context.prompt([{ prompt: "Code: ", echo: true }], "Step", "two", () => context.accept()));
      },
    });
    await login;
    expect(asked).toMatchObject([{ prompts: [{ text: "Password: ", echo: false }] }, { name: "Step", instruction: "two", prompts: [{ text: "Code: ", echo: true }] }]);
  });

  it("that wants a new password is an error with the next step", async () => {
    const { login } = await signInTo({
      password(context) {
        context.requestChange("Your password has expired: ", () => undefined);
      },
    });
    await expect(login).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringContaining("change it at a terminal") as string });
  });

  it("that says an answer back puts it into no error", async () => {
    const { login, asked } = await signInTo({
      asks(context) {
        context.prompt([{ prompt: "Code: ", echo: false }], "", "", ([code = ""]) =>
          context.prompt([{ prompt: `Is ${code} right? `, echo: true }, { prompt: "Really? ", echo: true }], "", "", () => undefined),
        );
      },
    });
    const error: unknown = await login.catch((caught: unknown) => caught);
    expect(asked).toHaveLength(2);
    expect(inspect(error, { depth: 9, showHidden: true })).toContain("Is [secret] right?");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  });

  it("that takes none of what there is says what it would take", async () => {
    const { login, asked } = await signInTo({});
    await expect(login).rejects.toMatchObject({ code: "authentication-failed", detail: { takes: ["hostbased"] } });
    expect(asked).toEqual([]);
  });
});
