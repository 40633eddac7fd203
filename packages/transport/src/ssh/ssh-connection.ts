import type { Client } from "ssh2";
import { timeLimit, type Patience } from "../guard/patience.js";
import { stopping } from "../guard/stopping.js";
import { nameOf } from "../manners/login-address.js";
import { defaultTimeoutMs } from "../reconnect/connection-options.js";
import type { OpenLogin } from "../reconnect/follow-logins.js";
import { forwardOut } from "./forward-out.js";
import { reusePacketMemory } from "./packet-memory.js";
import { readHostKeyCheck, type HostKeyCheck } from "./host-key-check.js";
import { openSocket } from "./open-socket.js";
import { resolveRoute } from "./resolve-route.js";
import { countingAnswers, notAskedAgain } from "./sign-in/ask-once.js";
import { keyAttempts, type KeyAttempts } from "./sign-in/key-attempts.js";
import { questions, type Questions } from "./sign-in/questions.js";
import { copiesWhatItReads } from "./ssh2-internals.js";
import { signIn, type SignedIn } from "./sign-in/sign-in.js";
import type { SshLogin } from "./ssh-login.js";
import type { SshOptions } from "./ssh-options.js";

/** A connection that is signed in. */
export interface SshConnection {
  readonly client: Client;
  /** The account that is signed in. */
  readonly user: string;
  /** Fingerprint of the key that the host has shown. */
  readonly hostKey: string;
  /** Fires once the connection is gone, with the TransportError. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

const defaultAnswerTimeoutMs = 120_000;
const defaultKeepalive = { seconds: 15, tries: 3 };
const closingMs = 2_000;

/** Which login of a transport this is, and where it leads. `isReconnect`: whoever answers prompts is told so. */
export interface LoginOptions extends OpenLogin {
  readonly prepared: readonly PreparedHost[];
}

/** A host of the way, with all that is read from files before anything is said to anyone. */
export interface PreparedHost {
  readonly login: SshLogin;
  readonly check: HostKeyCheck;
  readonly keys: KeyAttempts;
}

/**
 * One login: connects, host by host, checks each one's key before anything else is said to it, and signs in. Each prompt of a server is put once, and never again by this login.
 */
export async function openSshConnection(options: SshOptions, { signal, prepared, isReconnect, inTurn }: LoginOptions): Promise<SshConnection> {
  const { connectTimeoutMs } = options;
  using stop = stopping(options.host, { closing: signal });
  const limitMs = connectTimeoutMs ?? prepared.reduce((sum, { login }) => sum + (login.connectTimeoutMs ?? defaultTimeoutMs), 0);
  using clock = timeLimit(stop, prepared.map(({ login }) => nameOf(login)).join(" → "), limitMs);
  const done = new AbortController();
  const over = AbortSignal.any([stop.signal, done.signal]);
  const way: SignedIn[] = [];
  const asking = countingAnswers(options.answer);
  try {
    for (const host of prepared) {
      const before = way.at(-1);
      const until = before === undefined ? over : AbortSignal.any([over, before.lost]);
      // One turn after the other, and none is held while another is waited for.
      const resume = clock.pause();
      const signingIn = (): Promise<SignedIn> => {
        resume();
        return reach(host, before, { options: { ...options, answer: asking.answer }, isReconnect, clock, signal: until });
      };
      way.push(await inTurn(host.login, signingIn, until));
    }
    return handle(way, prepared.at(-1)?.login.user ?? "");
  } catch (error) {
    for (const each of way.reverse()) each.destroy();
    throw isReconnect && asking.count > 0 && !signal.aborted ? notAskedAgain(error as Error) : error;
  } finally {
    done.abort();
  }
}

/** Reads all that is to be known. @throws what makes a login useless, before any server is troubled */
export async function prepareRoute(options: SshOptions, signal: AbortSignal): Promise<readonly PreparedHost[]> {
  const route = await resolveRoute(options, signal);
  return Promise.all(
    route.map(async (login) => {
      const [check, keys] = await Promise.all([readHostKeyCheck(login.trusted, login.host, login.port), keyAttempts(login)]);
      return { login, check, keys };
    }),
  );
}

interface Reaching {
  readonly options: SshOptions;
  readonly isReconnect: boolean;
  readonly clock: Patience;
  readonly signal: AbortSignal;
}

/** Connects to one host, through the one before, and signs in. */
async function reach({ login, check, keys }: PreparedHost, before: SignedIn | undefined, { options, isReconnect, clock, signal }: Reaching): Promise<SignedIn> {
  const { host, port, user } = login;
  const opened = before === undefined ? await openSocket(login, signal) : { socket: await forwardOut(before.client, before.host, { host, port }, signal) };
  const { socket } = opened;
  const asking: Questions | undefined =
    options.answer === undefined
      ? undefined
      : questions({ answer: options.answer, where: nameOf(login), host, user, isReconnect, timeoutMs: options.answerTimeoutMs ?? defaultAnswerTimeoutMs, signal, pause: clock.pause });
  const { keepaliveSeconds = defaultKeepalive.seconds, keepaliveTries = defaultKeepalive.tries } = options;
  try {
    const signedIn = await signIn({ login, check, keys, questions: asking, socket, via: before?.lost, keepaliveMs: keepaliveSeconds * 1_000, keepaliveTries, signal });
    if ("copyUnless" in opened) opened.copyUnless(() => copiesWhatItReads(signedIn.client));
    reusePacketMemory(signedIn.client);
    return signedIn;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The connections of the way belong to the last one, and end with it. */
function handle(way: readonly SignedIn[], user: string): SshConnection {
  const last = way.at(-1);
  if (last === undefined) throw new RangeError("a way without hosts");
  const restEnded = untilLost(last.lost).then(() => Promise.all(way.slice(0, -1).reverse().map(end)));
  return {
    client: last.client,
    user,
    hostKey: last.hostKey,
    lost: last.lost,
    async close() {
      await end(last);
      await restEnded;
    },
  };
}

const untilLost = (lost: AbortSignal): Promise<void> => new Promise((resolve) => (lost.aborted ? resolve() : lost.addEventListener("abort", () => resolve(), { once: true })));

async function end({ client, lost, destroy }: SignedIn): Promise<void> {
  client.end();
  const timer = setTimeout(destroy, closingMs);
  await untilLost(lost);
  clearTimeout(timer);
}
