import { HpckitError, redact, TimeoutError, TransportError, type ErrorOptions, type Secret } from "@hpckit/core";
import type { KeyAttempts } from "./sign-in/key-attempts.js";
import type { Question } from "./sign-in/questions.js";
import { afterRefusedAnswer } from "./sign-in/refused-answer.js";
import type { AttemptRefused } from "./sign-in/sign-in-steps.js";

/** What is known of a sign-in when it fails. */
export interface LoginState {
  /** `user@host`. */
  readonly where: string;
  readonly keys: KeyAttempts;
  /** How many of the keys have been offered. */
  readonly keysOffered: number;
  readonly canAsk: boolean;
  /** The questions that were answered, and with what: no error shows it. */
  readonly answered: readonly Question[];
  readonly secrets: readonly Secret[];
  readonly last: AttemptRefused | undefined;
  /** Whether the server has shown its key: before, it knows nothing but our address. */
  readonly hasShownKey: boolean;
  /** Lines that the server says before it speaks SSH (RFC 4253, 4.2). */
  readonly greeting: string;
}

/** A server that wants nothing of us, whoever we are: `said`, if it says why. See sshd_config(5), MaxStartups and PerSourcePenalties. */
export const hungUp = (where: string, said: string, options: ErrorOptions = {}): TransportError =>
  new TransportError(
    "connection-lost",
    `${where}: the server hung up before it showed its key${said === "" ? "" : `: ${said}`}. It may have too many logins under way (MaxStartups), or shut this address out for a while; ` +
      "try again later. If it always does, what listens on this port may be no SSH server",
    options,
  );

/** Makes the error of what ssh2 says before a sign-in is done. */
export function describeFailure(state: LoginState, error: Error & { level?: string }): HpckitError {
  if (error instanceof HpckitError) return error;
  const { where, secrets } = state;
  // A server could say back what it was told.
  const said = redact(error.message, secrets);
  const cause = secrets.length === 0 ? error : new Error(said);
  if (error.level === "client-authentication") return new TransportError("authentication-failed", `${where}: ${refusedSignIn(state)}`, { cause, detail: { takes: state.last?.methods } });
  if (error.level === "agent") return new TransportError("authentication-failed", `${where}: the key could not sign: ${said}`, { cause });
  if (error.level === "client-timeout") return new TimeoutError(`${where}: the server stopped answering during the sign-in`, { cause });
  if (/no matching (?:host key|serverHostKey)/i.test(said)) {
    return new TransportError("host-key-refused", `${where}: the server has no host key of the types that are known for it: its keys may have been changed. Ask the site`, { cause });
  }
  if (error.level === "handshake" && /no matching/i.test(said)) {
    return new TransportError("not-supported", `${where}: the server and this side share no algorithm: ${said}. connectSystemSsh knows more, or the configuration allows too few`, { cause });
  }
  if (!state.hasShownKey) return hungUp(where, state.greeting === "" ? said : state.greeting, { cause });
  return new TransportError("connection-lost", `${where}: the connection failed before the sign-in was done: ${said}`, { cause });
}

/** What the server did not accept, and the next step. */
export function refusedSignIn({ keys, keysOffered, canAsk, answered, last }: LoginState): string {
  const takes = last?.methods.join(", ") ?? "";
  if (answered.length > 0) return `the server did not accept what was answered${takes === "" ? "" : ` (it takes ${takes})`}. ${afterRefusedAnswer(answered)}`;
  const wantsAnswers = last?.methods.some((method) => method === "keyboard-interactive" || method === "password") ?? false;
  if (last?.isPartial === true) return `the key was accepted, and the server wants ${takes} as well: ${wantsAnswers && !canAsk ? "give an answer function" : "connectSystemSsh may have it"}`;
  const offered = keys.attempts.slice(0, keysOffered);
  const names = offered.map(({ name, fault }) => (fault === undefined ? name : `${name} (${fault})`)).join(", then ");
  const tried = offered.length === 0 ? "no key could be offered" : `the server accepted none of: ${names}`;
  const next = [
    ...(offered.length === 0 && keys.passedOver.length === 0 ? ["Give privateKey, or load a key into the agent (ssh-add)."] : []),
    ...(offered.length > 0 ? ["Is the public key in the account's authorized_keys?"] : []),
    ...(keys.passedOver.length > 0 ? [`Passed over: ${keys.passedOver.join("; ")}.`] : []),
    ...(wantsAnswers && !canAsk ? [`It also takes ${takes}: give an answer function.`] : []),
    ...(last?.methods.some((method) => method.startsWith("gssapi")) === true && !wantsAnswers ? ["It takes Kerberos tickets, which connectSystemSsh can show."] : []),
  ];
  return [`${tried}.`, ...next].join(" ");
}
