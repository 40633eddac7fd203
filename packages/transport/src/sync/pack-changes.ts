import { TransportError } from "@hpckit/core";
import { startTar } from "../copy/tar-process.js";
import { pathList } from "../tree/run-on-paths.js";
import type { TravellingStep } from "./judge-steps.js";

/** Of GNU tar: holes stay holes, names are what they are, and times travel to the nanosecond, which its own format does not. */
export const gnuPackWords: readonly string[] = ["-S", "--no-unquote", "--format=posix", "--pax-option=delete=atime,delete=ctime"];
/** The names come on standard input, each ended by a NUL. */
export const packWords: readonly string[] = ["--no-recursion", "--null", "-T", "-", "-cf", "-"];

/** An archive of some entries of a folder of this machine. */
export interface PackedChanges extends AsyncDisposable {
  readonly pieces: AsyncIterable<Buffer>;
  /** Why not all could be packed, once the pieces have ended. What has changed meanwhile is no reason to pack no more. */
  readonly fault: TransportError | undefined;
}

export async function packChanges(root: string, steps: readonly TravellingStep[]): Promise<PackedChanges> {
  const tar = await startTar(`read ${root}`, ["-C", root, ...(process.platform === "linux" ? gnuPackWords : ["--format=pax"]), ...packWords]);
  tar.input.end(pathList(steps));
  let fault: TransportError | undefined;
  async function* pieces(): AsyncGenerator<Buffer, void> {
    yield* tar.output;
    await tar.ended().catch((error: unknown) => {
      if (!(error instanceof TransportError)) throw error;
      fault = error;
    });
  }
  return {
    pieces: pieces(),
    get fault() {
      return fault;
    },
    [Symbol.asyncDispose]: () => tar.kill(),
  };
}
