import { excerptOf, TimeoutError, TransportError, type HpckitError } from "@hpckit/core";
import { describeChangedKey } from "../ssh/changed-key.js";
import { hungUp } from "../ssh/login-failure.js";

interface Failure {
  readonly pattern: RegExp;
  readonly describe: (where: Where, found: RegExpExecArray, said: string) => HpckitError;
}

export interface Where {
  readonly host: string;
  /** The host with user and port, as far as the caller has said. */
  readonly name: string;
  /** What a person types after `ssh` to get there. */
  readonly words: string;
}

const hostKey = (verdict: string, message: string, said: string): TransportError =>
  new TransportError("host-key-refused", message, { detail: { verdict, fingerprint: /SHA256:[A-Za-z0-9+/]+/.exec(said)?.[0], said } });
const refused = (message: string, said: string, retryable = true): TransportError => new TransportError("connection-refused", message, { retryable, detail: { said } });

/** What ssh says, the most telling first: a changed key, for one, is followed by what any refused key is. */
const failures: readonly Failure[] = [
  {
    pattern: /REVOKED HOST KEY DETECTED|host key .* is revoked|marked as revoked/i,
    describe: ({ name }, _, said) => hostKey("revoked", `${name} shows a revoked host key: do not connect; ask the site for its new key`, said),
  },
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    describe: ({ host, name }, _, said) => {
      const shown = /SHA256:[A-Za-z0-9+/]+/.exec(said)?.[0] ?? "another one";
      const entry = /^\s*(?:Offending .* key in|remove with:) *(.*)$/m.exec(said)?.[1] ?? "known_hosts";
      const file = /^(.+):\d+\s*$/.exec(entry)?.[1];
      const knownAs = /for (\S+) has changed/.exec(said)?.[1] ?? host;
      return hostKey("changed", describeChangedKey({ name, known: `the known one (${entry})`, shown, knownAs, files: file === undefined ? [] : [file] }), said);
    },
  },
  {
    pattern: /No (.*?)host key is known for (\S+) and you have requested strict checking/,
    describe: ({ host, name, words }, [, , known = host], said) =>
      hostKey("unknown", `the host key of ${name} is not known: nothing for ${known} in ssh's known_hosts. Compare its fingerprint with the site's, by signing in once with ssh ${words}, and it is added`, said),
  },
  {
    pattern: /Host key verification failed|no matching host key type/i,
    describe: ({ name, words }, _, said) => hostKey("refused", `the host key of ${name} is refused: ${lastLines(said)}. At a terminal, ssh -v ${words} says why`, said),
  },
  {
    pattern: /Permission denied \(([^)]*)\)|Too many authentication failures|no more authentication methods/i,
    describe: ({ name, words }, [, ways], said) =>
      new TransportError(
        "authentication-failed",
        `${name}: the server accepted none of what ssh offered${ways === undefined ? "" : ` (it takes ${ways})`}. Nothing is asked here: get a ticket (kinit), load the key (ssh-add), ` +
          `or name it (IdentityFile). ssh -o BatchMode=yes ${words} must work: ${lastLines(said)}`,
        { detail: { said } },
      ),
  },
  {
    pattern: /Could not resolve hostname (.*?): (.*)/i,
    describe: ({ name }, [, asked, why = ""], said) => refused(`${name}: cannot connect: the name of the host is not known: ${asked}: ${why.trim()}`, said, /temporary/i.test(why)),
  },
  {
    pattern: /(?:timed out|Timeout).*(?:banner exchange|authentication|key exchange|not responding)/i,
    describe: ({ name }, [line], said) => new TimeoutError(`${name}: the server stopped answering during the sign-in: ${line}`, { retryable: true, detail: { said } }),
  },
  {
    pattern: /connect to (?:host|address) .*?: (.*)/i,
    describe: ({ name }, [, why = ""], said) => refused(`${name}: cannot connect: ${/refused/i.test(why) ? "nothing listens there" : why.trim()}`, said),
  },
  {
    // What a jump host could not reach, ssh takes for one that hangs up.
    pattern: /open failed: (.*)/i,
    describe: ({ name }, [, why = ""], said) => refused(`${name}: a jump host cannot connect to it: ${why.trim()}`, said),
  },
  {
    // What stands before it is of the ProxyCommand, if there is one.
    pattern: /(?:kex|ssh)_exchange_identification: (.*)/i,
    describe: ({ name }, { index, 1: why = "" }, said) => hungUp(name, /Exceeded MaxStartups|Not allowed at this time/i.exec(said)?.[0] ?? [...lastOf(said.slice(0, index)), why.trim()].join("; "), { detail: { said } }),
  },
  {
    // Reset before ssh has asked the system whom it is connected to. Behind a jump host that is never known, and the port is another one.
    pattern: /Connection (?:reset|closed) by UNKNOWN port -1\b/i,
    describe: ({ name }, _, said) => hungUp(name, "Connection reset by peer", { detail: { said } }),
  },
];

/** Makes the error of what ssh has said before it ended without a connection. */
export function describeSshFailure(where: Where, said: string): HpckitError {
  for (const { pattern, describe } of failures) {
    const found = pattern.exec(said);
    if (found !== null) return describe(where, found, excerptOf(said, 2_000));
  }
  return new TransportError("connection-lost", `${where.name}: the connection failed before the sign-in was done: ${lastLines(said)}`, { detail: { said: excerptOf(said, 2_000) } });
}

/** Of what ssh says, the end: it says last what it stops for. */
export const lastLines = (said: string): string => lastOf(said).join("; ") || "ssh says nothing";

const lastOf = (said: string): readonly string[] => said.split("\n").map((line) => line.trim()).filter((line) => line !== "").slice(-2);
