import { AbortedError } from "@hpckit/core";
import { orAborted } from "../guard/stopping.js";

/** What is opened once, for all who hold it. */
export interface Openable<Opened extends Shareable> {
  /** The signal fires when nobody waits for it any more; then it lets go of whatever it has begun, and rejects. */
  open(signal: AbortSignal): Promise<Opened>;
}

export interface Shareable {
  /** Whether it is of no use to those who come: they get another one. */
  isOver(): boolean;
  close(): Promise<void>;
}

/** One share in it. */
export interface Lease<Held, Opened> {
  readonly held: Held;
  /** Opens it, or waits with the others until it is open. Whose signal fires gives up alone. */
  opened(signal: AbortSignal): Promise<Opened>;
  /** Gives the share back, whatever has become of it; the last one closes it, and waits for that. */
  release(): Promise<void>;
}

export interface Leases<Key, Held extends Openable<Opened>, Opened extends Shareable> {
  /** A share in the one with this key, or in a new one. Each share is to be given back. */
  take(key: Key, create: () => Held): Lease<Held, Opened>;
}

interface Entry<Key, Held, Opened> {
  readonly key: Key;
  readonly held: Held;
  readonly abandon: AbortController;
  opening?: Promise<Opened>;
  opened?: Opened;
  shares: number;
}

/**
 * Who holds what in common. What failed to open, is over, or was given back by the last one is not found any more from that moment on, even while it is
 * still being closed: who comes then gets a new one.
 */
export function leases<Key, Held extends Openable<Opened>, Opened extends Shareable>(isSame: (one: Key, other: Key) => boolean): Leases<Key, Held, Opened> {
  type Each = Entry<Key, Held, Opened>;
  const entries = new Set<Each>();

  function begin(key: Key, held: Held): Each {
    const entry: Each = { key, held, abandon: new AbortController(), shares: 0 };
    entries.add(entry);
    return entry;
  }

  async function open(entry: Each): Promise<Opened> {
    try {
      return (entry.opened = await entry.held.open(entry.abandon.signal));
    } catch (error) {
      entries.delete(entry);
      throw error;
    }
  }

  async function end(entry: Each): Promise<void> {
    entries.delete(entry);
    entry.abandon.abort(new AbortedError("nobody waits for it any more"));
    const opened = await entry.opening?.catch(() => undefined);
    await opened?.close();
  }

  return {
    take(key, create) {
      const entry = [...entries].find((each) => isSame(each.key, key) && each.opened?.isOver() !== true) ?? begin(key, create());
      entry.shares++;
      let released: Promise<void> | undefined;
      return {
        held: entry.held,
        async opened(signal) {
          signal.throwIfAborted();
          return await orAborted((entry.opening ??= open(entry)), signal);
        },
        release: () => (released ??= --entry.shares === 0 ? end(entry) : Promise.resolve()),
      };
    },
  };
}
