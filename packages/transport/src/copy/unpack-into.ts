import { once } from "node:events";
import { startTar } from "./tar-process.js";

/** An archive that is being unpacked on this machine, while it comes. */
export interface Unpacking {
  /** Takes the next piece; wait for it before the next. */
  push(piece: Buffer): void | Promise<void>;
  /** All has come. @throws TransportError unless all could be unpacked. */
  end(): Promise<void>;
  kill(): Promise<void>;
}

export interface UnpackOptions {
  /** For messages, e.g. `write /a/b`. */
  readonly what: string;
  /** Further words for tar. */
  readonly words?: readonly string[] | undefined;
}

/** Modes and times are kept, owners are not. */
export async function unpackInto(folder: string, { what, words = [] }: UnpackOptions): Promise<Unpacking> {
  const tar = await startTar(what, ["-C", folder, "-xpf", "-", "--no-same-owner", ...words]);
  return {
    push(piece) {
      if (!tar.input.write(piece)) return Promise.race([once(tar.input, "drain"), tar.ended()]).then(() => undefined);
      return undefined;
    },
    async end() {
      tar.input.end();
      await tar.ended();
    },
    kill: () => tar.kill(),
  };
}
