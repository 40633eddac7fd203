import { TransportError } from "@hpckit/core";
import { transportClosed, type Channel, type ChannelSource } from "../channel/channel.js";
import { checkTarget } from "../guard/check-target.js";

/** How long sudo and the first command may take. */
const checkMs = 20_000;

/** Guards that run as another account. Closing it ends what runs behind them, and leaves the base alone. */
export function asUserChannels(base: ChannelSource, user: string): ChannelSource {
  const closing = new AbortController();
  const running = new Set<Channel>();
  const source: ChannelSource = {
    target: { ...base.target, user },
    closing: AbortSignal.any([closing.signal, base.closing]),
    async open({ signal }) {
      source.closing.throwIfAborted();
      const channel = await base.open({ signal, user });
      running.add(channel);
      void channel.closed.then(() => running.delete(channel));
      return channel;
    },
    connect: (address, options) => base.connect(address, options),
    async [Symbol.asyncDispose]() {
      closing.abort(transportClosed());
      await Promise.all([...running].map((channel) => channel.closed));
    },
  };
  return checkedFirst(source, user);
}

/** Whether the account may be used is found out with its first command, once; a failure is tried again by the next one. */
function checkedFirst(source: ChannelSource, user: string): ChannelSource {
  let checked: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    try {
      await checkTarget(source, { timeoutMs: checkMs });
    } catch (error) {
      checked = undefined;
      throw explain(error, source.target.host, user);
    }
  };
  return {
    ...source,
    async open(options) {
      await (checked ??= check());
      return await source.open(options);
    },
  };
}

/** What sudo says in place of a guard (sudo 1.9). */
function explain(error: unknown, host: string, user: string): unknown {
  if (!(error instanceof TransportError) || error.code !== "noise") return error;
  const said = String(error.detail["said"]);
  if (/sudo: (?:command )?not found|exec: sudo: not found/.test(said)) return new TransportError("not-supported", `${host} has no sudo, so nothing can run there as ${user}`, { cause: error, detail: { host, user, said } });
  return new TransportError(
    "permission-denied",
    `${host} does not let this account act as ${user}: ${said}. An administrator allows it with a line of sudoers(5): ACCOUNT ALL=(${user}) NOPASSWD: /bin/sh`,
    { cause: error, detail: { host, user, said } },
  );
}
