import type { Duplex } from "node:stream";

/** What a socket has done so far, in bytes. */
export interface Pulse {
  readonly heardBytes: number;
  /** Handed over to the system, or to what carries the socket. */
  readonly takenBytes: number;
  /** Waiting to be handed over. */
  readonly waitingBytes: number;
}

/** @returns after each look, how many looks in a row have seen no life. */
export function silence(first: Pulse): (pulse: Pulse) => number {
  let last = first;
  let looks = 0;
  return (pulse) => {
    const hasHeard = pulse.heardBytes > last.heardBytes;
    // What is taken at once says nothing, it may lie in a buffer of this machine. What had to wait is taken because the other side did.
    const wasTaken = last.waitingBytes > 0 && pulse.takenBytes > last.takenBytes;
    looks = hasHeard || wasTaken ? 0 : looks + 1;
    last = pulse;
    return looks;
  };
}

export interface WatchdogOptions {
  readonly silenceMs: number;
  readonly onSilence: () => void;
}

/** So often within the time that may pass in silence. */
const looksInSilence = 15;

/**
 * Watches whether the other side still lives, also while a transfer is stuck: a question that waits behind megabytes is no proof of
 * death, and an answer that does not come is one only if nothing else came either.
 *
 * It counts looks, not time: a program that was held up for a minute finds what came meanwhile before it looks again. What is silent is
 * noticed at most a fifteenth later than asked for.
 * @param socket - one that somebody else reads.
 */
export function watchSilence(socket: Duplex & { readonly bytesWritten?: number }, { silenceMs, onSilence }: WatchdogOptions): Disposable {
  let heardBytes = 0;
  const onPiece = (piece: Uint8Array): void => void (heardBytes += piece.length);
  const pulse = (): Pulse => ({ heardBytes, takenBytes: (socket.bytesWritten ?? 0) - socket.writableLength, waitingBytes: socket.writableLength });
  const look = silence(pulse());
  const timer = setInterval(() => {
    if (look(pulse()) < looksInSilence) return;
    clearInterval(timer);
    onSilence();
  }, silenceMs / looksInSilence);
  timer.unref();
  socket.on("data", onPiece);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      socket.off("data", onPiece);
    },
  };
}
