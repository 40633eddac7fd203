import { untilDrained } from "../guard/until-drained.js";
import { startTar } from "./tar-process.js";

/** An archive that is being unpacked on this machine, while it comes. */
export interface Unpacking {
  /** Takes the next piece; wait for it before the next. */
  push(piece: Buffer): void | Promise<void>;
  /** All has come. @throws TransportError unless all could be unpacked. */
  end(): Promise<void>;
  kill(): Promise<void>;
}

/**
 * @param what - for messages, e.g. `write /a/b`.
 * @param words - what tar is to do.
 */
export async function unpackInto(folder: string, what: string, words: readonly string[]): Promise<Unpacking> {
  const tar = await startTar(what, ["-C", folder, ...words]);
  const drained = untilDrained(tar.input, tar.ended());
  return {
    push(piece) {
      if (tar.input.write(piece)) return undefined;
      // What it said tells more than a broken pipe.
      return drained().then((goesOn) => (goesOn ? undefined : tar.ended()));
    },
    async end() {
      tar.input.end();
      await tar.ended();
    },
    kill: () => tar.kill(),
  };
}
