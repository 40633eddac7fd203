import { TimeoutError, TransportError, type ExecResult } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { batch } from "../command/batch.js";

/** How long the base may take to say what it knows of sudo and the account. */
const questionMs = 10_000;

/**
 * The error that says why no guard started as another account. The words of sudo are for people, in their language, and a shell says
 * in its own way that there is no sudo: what is missing is therefore asked of the account below.
 */
export async function explainRefusal(error: unknown, base: ChannelSource, user: string): Promise<unknown> {
  const { host, user: from } = base.target;
  if (error instanceof TimeoutError) return new TimeoutError(`${host}: sudo has started nothing as ${user} in time: ${error.message}`, { cause: error, detail: error.detail });
  if (!(error instanceof TransportError) || error.code !== "noise") return error;
  const said = String(error.detail["said"]);
  const options = { cause: error, detail: { host, user, said } };
  const known = await ask(base, user);
  if (known?.hasSudo === false) return new TransportError("not-supported", `${host} has no sudo, so ${from} cannot act as ${user} there`, options);
  if (known?.hasAccount === false) return new TransportError("permission-denied", `${host} has no account ${user}: ${said}`, options);
  // "Defaults requiretty" was usual before Enterprise Linux 8.
  const rules = [...(/\btty\b/.test(said) ? [`Defaults:${escaped(from)} !requiretty`] : []), `${escaped(from)} ALL=(${user}) NOPASSWD: /bin/sh`];
  return new TransportError("permission-denied", `${host} does not let ${from} act as ${user}: ${said}\nAn administrator allows it in sudoers(5): ${rules.join("; ")}`, options);
}

async function ask(base: ChannelSource, user: string): Promise<{ readonly hasSudo: boolean; readonly hasAccount: boolean } | undefined> {
  try {
    const [sudo, account] = await batch(base, [["sh", "-c", "command -v sudo"], ["id", "-u", "--", user]], { timeoutMs: questionMs });
    return { hasSudo: answers(sudo), hasAccount: answers(account) };
  } catch {
    return undefined;
  }
}

const answers = (result: ExecResult | undefined): boolean => result?.ok === true;

/** As sudoers(5) wants names of directories, e.g. `DOMAIN\alice`. */
const escaped = (name: string): string => name.replaceAll(/[\\!=:,()]/g, String.raw`\$&`);
