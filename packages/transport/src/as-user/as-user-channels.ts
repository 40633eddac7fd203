import { transportClosed, untilClosed, type Channel, type ChannelSource } from "../channel/channel.js";
import { checkTarget } from "../guard/check-target.js";
import { orAborted } from "../guard/stopping.js";
import type { Observation } from "../observe/observation.js";
import { watchAccount } from "../observe/watch-account.js";
import { explainRefusal } from "./explain-refusal.js";

/** How long sudo and the first command may take. */
const checkMs = 20_000;

/** Guards that run as another account. Closing it ends what runs behind them, and leaves the base alone. */
export function asUserChannels(base: ChannelSource, user: string, observation: Observation): ChannelSource {
  const closing = new AbortController();
  const running = new Set<Channel>();
  const source: ChannelSource = {
    target: { ...base.target, user },
    closing: AbortSignal.any([closing.signal, base.closing]),
    async open({ accounts = [], ...options }) {
      source.closing.throwIfAborted();
      const channel = await base.open({ ...options, accounts: [user, ...accounts] });
      running.add(channel);
      void channel.closed.then(() => running.delete(channel));
      return channel;
    },
    connect: (address, options) => base.connect(address, options),
    async [Symbol.asyncDispose]() {
      closing.abort(transportClosed());
      await untilClosed(running);
    },
  };
  return checkedFirst(source, base, observation);
}

/** Whether the account may be used is found out with its first command, once; a failure is tried again by the next one. */
function checkedFirst(source: ChannelSource, base: ChannelSource, observation: Observation): ChannelSource {
  let checked: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    try {
      await watchAccount(observation, async () => {
        try {
          await checkTarget(source, { timeoutMs: checkMs });
        } catch (error) {
          throw await explainRefusal(error, base, source.target.user);
        }
      });
    } catch (error) {
      checked = undefined;
      throw error;
    }
  };
  return {
    ...source,
    async open(options) {
      // It goes on for the others who wait for it.
      await orAborted((checked ??= check()), options.signal);
      return await source.open(options);
    },
  };
}
