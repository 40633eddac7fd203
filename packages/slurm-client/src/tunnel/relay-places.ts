import type { Cancellable, Transport } from "@hpckit/core";

/** A connection to a login node has about four channels for commands (sshd allows ten, and frees them late): relays leave some to all else. */
const relaysAtATime = 2;

interface Places {
  taken: number;
  readonly waiting: (() => void)[];
}

const places = new WeakMap<Transport, Places>();

/** Waits until one more relay may run over a transport; the function gives its place back. @throws what the signal is aborted with. */
export async function takeRelayPlace(transport: Transport, { signal }: Cancellable): Promise<() => void> {
  if (transport.target.kind === "local") return () => undefined;
  const own = places.get(transport) ?? { taken: 0, waiting: [] };
  places.set(transport, own);
  if (own.taken < relaysAtATime) own.taken++;
  else await inTurn(own.waiting, signal);
  let isTaken = true;
  return () => {
    if (!isTaken) return;
    isTaken = false;
    const next = own.waiting.shift();
    // A place that someone waits for changes hands.
    if (next === undefined) own.taken--;
    else next();
  };
}

const inTurn = (waiting: (() => void)[], signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const leave = (): void => {
      waiting.splice(waiting.indexOf(enter), 1);
      reject(signal?.reason as Error);
    };
    const enter = (): void => {
      signal?.removeEventListener("abort", leave);
      resolve();
    };
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    waiting.push(enter);
    signal?.addEventListener("abort", leave, { once: true });
  });
