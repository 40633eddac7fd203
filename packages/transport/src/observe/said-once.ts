import type { TargetInfo } from "@hpckit/core";

/**
 * The message of an error in a line that has named the account and the call already: what it begins with of these names is left out. An error
 * stands by itself elsewhere, and names them all.
 * @param call - how the line has named the call, and parts of that.
 */
export function saidOnce(message: string, target: TargetInfo, call: readonly string[] = []): string {
  const { user, host } = target;
  const names = [...call.flatMap((name) => [`${name} on ${host}`, name]), `${user}@${host}`, host];
  const name = names.find((each) => each !== "" && message.startsWith(each));
  if (name === undefined) return message;
  // An account may stand with its port.
  const rest = /^(?::\d+)?: ([^]+)$/.exec(message.slice(name.length))?.[1];
  return rest === undefined ? message : saidOnce(rest, target, call);
}

/** An account, where it is another one than the line begins with. */
export const otherAccount = (account: string | undefined, { user, host }: TargetInfo): string | undefined =>
  account === undefined || account.replace(/:\d+$/, "") === `${user}@${host.toLowerCase()}` ? undefined : account;
