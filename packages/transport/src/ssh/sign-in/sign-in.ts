import type { Duplex } from "node:stream";
import { TransportError } from "@hpckit/core";
import type { AnyAuthMethod, Client } from "ssh2";
import { orAborted } from "../../guard/stopping.js";
import { nameOf } from "../../manners/login-address.js";
import { fingerprintOf } from "../fingerprint.js";
import type { HostKeyCheck } from "../host-key-check.js";
import { describeFailure, hungUp, refusedSignIn, type LoginState } from "../login-failure.js";
import type { SshLogin } from "../ssh-login.js";
import { watchSilence } from "../watchdog.js";
import { allowedAlgorithms } from "./allowed-algorithms.js";
import { askingMethod, passwordMethod } from "./asking-methods.js";
import type { KeyAttempts } from "./key-attempts.js";
import type { Questions } from "./questions.js";
import { signInSteps, type AttemptRefused, type SignInStep } from "./sign-in-steps.js";
import { onAttemptRefused } from "../ssh2-internals.js";

export interface SigningIn {
  readonly login: SshLogin;
  readonly check: HostKeyCheck;
  readonly keys: KeyAttempts;
  readonly questions: Questions | undefined;
  /** What leads to the server's port: a connection of this machine, or one through the host before. */
  readonly socket: Duplex;
  /** Why the connection is lost, if the one that it goes through is. */
  readonly via: AbortSignal | undefined;
  /** After so long a silence the server is asked for a word. */
  readonly keepaliveMs: number;
  /** A connection that says nothing for so many of these, and takes nothing either, is lost. */
  readonly keepaliveTries: number;
  readonly signal: AbortSignal;
}

/** A client that is signed in. */
export interface SignedIn {
  readonly client: Client;
  readonly host: string;
  /** Fingerprint of the key that the host has shown. */
  readonly hostKey: string;
  /** Fires once the connection is gone, with the TransportError. */
  readonly lost: AbortSignal;
  /** Lets go of it at once. */
  readonly destroy: () => void;
}

/** Checks the host's key before anything else is said, and signs in. A client that is not signed in is destroyed. */
export async function signIn({ login, check, keys, questions, socket, via, keepaliveMs, keepaliveTries, signal }: SigningIn): Promise<SignedIn> {
  const { default: ssh2 } = await import("ssh2");
  const client = new ssh2.Client();
  const where = nameOf(login);
  const lost = new AbortController();
  let last: AttemptRefused | undefined;
  let keysOffered = 0;
  let hostKey = "";
  let greeting = "";
  let lastError: Error | undefined;
  const state = (): LoginState => ({
    ...{ where, keys, keysOffered, last },
    ...{ canAsk: questions !== undefined, answered: questions?.answered ?? [], secrets: questions?.secrets ?? [] },
    ...{ hasShownKey: hostKey !== "", greeting },
  });
  const lostBefore = (): TransportError => {
    if (via?.aborted === true) return via.reason as TransportError;
    if (hostKey === "") return hungUp(where, greeting, { cause: lastError });
    const why = questions?.isWaiting === true ? ": it does not wait longer for an answer (LoginGraceTime)" : "";
    return new TransportError("connection-lost", `${where}: the server closed the connection before the sign-in was done${why}`, { cause: lastError });
  };

  client.once("close", () => {
    // At once: ssh2 answers what is under way with errors of its own right after this.
    const why = via?.aborted === true ? ` with the one that it goes through: ${(via.reason as Error).message}` : lastError === undefined ? "" : `: ${lastError.message}`;
    lost.abort(new TransportError("connection-lost", `${where}: the connection was lost${why}`, { cause: lastError }));
  });
  // Some failures are told twice, and late: the listener stays for good.
  const endWith = (error: Error): void => {
    lastError ??= error;
    // The client's own way leaves a socket open that has been ended, and waits for an answer.
    socket.destroy();
  };
  client.on("error", endWith);
  client.once("greeting", (text) => (greeting = text.replaceAll(/\p{Cc}+/gu, " ").trim().slice(0, 200)));

  const ready = new Promise<void>((resolve, reject) => {
    let refusal: Error | undefined;
    const fail = (error: Error): void => {
      refusal ??= error;
      reject(refusal);
      client.destroy();
    };
    client.once("ready", resolve);
    client.once("error", (error) => fail(describeFailure(state(), error)));
    client.once("close", () => fail(lostBefore()));
    client.on("change password", () => fail(new TransportError("authentication-failed", `${where}: the server wants a new password: change it at a terminal first, with ssh`)));

    let askedBefore = 0;
    const hasAsked = (): boolean => (questions?.answered.length ?? 0) > askedBefore;
    const steps = signInSteps({ keyCount: keys.attempts.length, methods: login.methods, canAsk: questions !== undefined, hasAsked });
    const begin = async (step: SignInStep): Promise<AnyAuthMethod> => {
      if (step.kind === "none") return { type: "none", username: login.user };
      if (step.kind === "key") {
        keysOffered++;
        const attempt = keys.attempts[step.index];
        if (attempt === undefined) throw new RangeError("no such key");
        return attempt.begin(client, login.user);
      }
      if (questions === undefined) throw new RangeError("nobody to ask");
      askedBefore = questions.answered.length;
      return step.method === "password" ? passwordMethod(login, questions) : askingMethod(login, questions, fail);
    };
    // One that is gone already tells nobody any more.
    if (socket.destroyed) {
      fail(lostBefore());
      return;
    }
    client.connect({
      sock: socket,
      username: login.user,
      readyTimeout: 0,
      keepaliveInterval: keepaliveMs,
      // ssh2 only asks; what a silence means is judged by the watchdog.
      keepaliveCountMax: Infinity,
      algorithms: { serverHostKey: [...check.algorithms], ...allowedAlgorithms(login) },
      hostVerifier: (key: Buffer) => {
        hostKey = fingerprintOf(key);
        const refused = check.judge(key);
        if (refused !== undefined) fail(refused);
        return refused === undefined;
      },
      authHandler: (_left, _partial, next) => {
        const step = steps.next(last);
        if (step === undefined) fail(new TransportError("authentication-failed", `${where}: ${refusedSignIn(state())}`, { detail: { takes: last?.methods } }));
        else begin(step).then(next, fail);
      },
    });
    onAttemptRefused(client, (methods, isPartial) => (last = { methods, isPartial }));
  });
  try {
    await orAborted(ready, signal);
  } catch (error) {
    client.destroy();
    throw error;
  }
  const silenceMs = keepaliveMs * keepaliveTries;
  const watchdog = watchSilence(socket, { silenceMs, onSilence: () => endWith(new Error(`the server has said nothing for ${silenceMs / 1_000} s`)) });
  client.once("close", () => watchdog[Symbol.dispose]());
  return { client, host: login.host, hostKey, lost: lost.signal, destroy: () => socket.destroy() };
}
