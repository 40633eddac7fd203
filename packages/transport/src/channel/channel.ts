import type { Duplex, Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { TransportError, type Cancellable, type ConnectAddress, type TargetInfo } from "@hpckit/core";

/** One guard running over there (see `guard/guard-command.ts`), with the streams that lead to it. */
export interface Channel {
  /** What ends here before its time ends the command over there. */
  readonly input: Writable;
  readonly output: Readable;
  readonly errors: Readable;
  /** Settles once everything behind the channel is over; with the reason, if the connection was lost. Never rejects. */
  readonly closed: Promise<TransportError | undefined>;
  /** Lets go of the channel, whatever still runs behind it. */
  destroy(): void;
}

/** Why calls end that are under way when a transport is closed, and what later ones are told. */
export const transportClosed = (): TransportError => new TransportError("connection-lost", "this transport has been closed", { retryable: false });

/** How long closing waits for commands to end over there: TERM, five seconds, KILL. A server or a sudo may not answer any more. */
const closingMs = 10_000;

/** Waits until everything behind these channels is over, as far as it can be waited for. */
export async function untilClosed(channels: Iterable<Channel>, atMostMs = closingMs): Promise<void> {
  await Promise.race([Promise.all(Array.from(channels, ({ closed }) => closed)), delay(atMostMs, undefined, { ref: false })]);
}

export interface OpenOptions extends Cancellable {
  /** Whom the guard becomes before it starts, one account from the other, by sudo. */
  readonly accounts?: readonly string[] | undefined;
  /** Over the same connection as this channel, and over no other: a name can lead to another machine the next time. */
  readonly beside?: Channel | undefined;
}

/** Where channels come from: this machine, or a connection. What differs between transports is only this. */
export interface ChannelSource extends AsyncDisposable {
  readonly target: TargetInfo;
  /** Fires when the source is closed, with the error of the calls that are under way. They end what they started, and closing waits for them. */
  readonly closing: AbortSignal;
  /** Starts a guard. Waits for its turn where only so many may run at a time; refused ones are tried again, as they never started. */
  open(options: OpenOptions): Promise<Channel>;
  connect(address: ConnectAddress, options: Cancellable): Promise<Duplex>;
}
