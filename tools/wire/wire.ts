import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

/** What lies between a client and a server, and what goes wrong there. */
export interface WireOptions {
  readonly port: number;
  /** Milliseconds that every byte takes, each way: half of a round trip. */
  readonly delayMs?: number;
}

/** A TCP port of this machine that leads to another one, through faults that are ours to choose. */
export interface Wire extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Connections made so far. */
  readonly connections: number;
  /** Bytes passed on so far, in both directions. */
  readonly passedBytes: number;
  /** When connections were last cut, by `performance.now()`. */
  readonly cutAtMs: number | undefined;
  /** Cuts every connection now, as a router does that forgets them: both sides get a reset. */
  cut(): void;
  /** Cuts every connection after so many more bytes, in both directions together; what is within them still arrives. */
  cutAfter(bytes: number): void;
  /** Passes nothing on any more, and tells nobody. New connections are taken, and hang too. */
  freeze(): void;
  thaw(): void;
}

const longestQueueBytes = 32 * 1024 * 1024;

export async function startWire({ port, delayMs = 0 }: WireOptions): Promise<Wire> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const state = { connections: 0, passedBytes: 0, leftBytes: Infinity, isFrozen: false, cutAtMs: undefined as number | undefined };
  const held = new Set<() => void>();

  const server = createServer({ noDelay: true }, (near) => {
    state.connections++;
    const far = createConnection({ host: "127.0.0.1", port, noDelay: true });
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      lead(from, to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        pairs.delete(pair);
        to.destroySoon();
      });
    }
  });

  function lead(from: Socket, to: Socket): void {
    let queuedBytes = 0;
    from.on("data", (piece: Buffer) => {
      queuedBytes += piece.length;
      if (queuedBytes > longestQueueBytes) from.pause();
      const arrive = (): void => {
        if (state.isFrozen) {
          held.add(arrive);
          return;
        }
        queuedBytes -= piece.length;
        if (from.isPaused() && queuedBytes < longestQueueBytes / 2) from.resume();
        pass(piece, to);
      };
      if (delayMs === 0) arrive();
      else setTimeout(arrive, delayMs);
    });
    from.on("end", () => (delayMs === 0 ? to.end() : setTimeout(() => to.end(), delayMs)));
  }

  function pass(piece: Buffer, to: Socket): void {
    const fitting = piece.subarray(0, state.leftBytes);
    state.leftBytes -= fitting.length;
    state.passedBytes += fitting.length;
    if (state.leftBytes > 0) to.write(fitting);
    else to.write(fitting, cut);
  }

  function cut(): void {
    state.cutAtMs = performance.now();
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
    pairs.clear();
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    get connections() {
      return state.connections;
    },
    get passedBytes() {
      return state.passedBytes;
    },
    get cutAtMs() {
      return state.cutAtMs;
    },
    cut,
    cutAfter(bytes) {
      state.leftBytes = bytes;
    },
    freeze() {
      state.isFrozen = true;
    },
    thaw() {
      state.isFrozen = false;
      const arrivals = [...held];
      held.clear();
      for (const arrive of arrivals) arrive();
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
