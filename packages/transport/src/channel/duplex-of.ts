import { Duplex, type Readable, type Writable } from "node:stream";

/** What leads to a port or a socket over there, and back. */
export interface TwoWays {
  readonly input: Writable;
  readonly output: Readable;
  /** Lets go of it. */
  readonly destroy: () => void;
  /** Asked when nothing more comes: why, if the connection below was lost. */
  readonly findLoss: () => Promise<Error | undefined>;
}

/**
 * Two ways as one stream. It behaves as a socket does: the end of what comes ends what goes, and a connection that is lost is an error and
 * no end, which both ssh2 and ssh make of it.
 */
export function duplexOf({ input, output, destroy, findLoss }: TwoWays): Duplex {
  const duplex = new Duplex({
    allowHalfOpen: false,
    read: () => void output.resume(),
    write: (chunk: Buffer, _, done) => void input.write(chunk, (error) => done(error)),
    // What cannot be said any more to one who has left is no failure.
    final: (done) => void input.end(() => done()),
    destroy(error, done) {
      destroy();
      done(error);
    },
  });
  output.on("data", (piece: Buffer) => {
    if (!duplex.push(piece)) output.pause();
  });
  let hasEnded = false;
  const onEnd = (): void => {
    if (hasEnded) return;
    hasEnded = true;
    void findLoss().then((loss) => (loss === undefined ? duplex.push(null) : duplex.destroy(loss)));
  };
  output.once("end", onEnd).once("close", onEnd);
  return duplex;
}
