import { hostname } from "node:os";
import { sh } from "@hpckit/core";
import { fileFault } from "../file/file-fault.js";

/** `tar` of this machine, GNU's or libarchive's, with its input or its output in our hands. */
export interface TarProcess {
  readonly input: NodeJS.WritableStream;
  readonly output: AsyncIterable<Buffer>;
  /** @throws TransportError unless it has exited with 0. */
  ended(): Promise<void>;
  kill(): Promise<void>;
}

/** macOS would pack a second file for each one that has extended attributes. Messages are read, so they are English. */
const environment = { LC_ALL: "C", COPYFILE_DISABLE: "1" };

/** What is unpacked gets the permission bits of its original, and no others. */
const withoutUmask = sh`umask 000 && exec tar "$@"`.shell;

/** @param what - for messages, e.g. `read /a/b`. */
export async function startTar(what: string, words: readonly string[]): Promise<TarProcess> {
  const { execa } = await import("execa");
  const child = execa("/bin/sh", ["-c", withoutUmask, "tar", ...words], { stdin: "pipe", stderr: "pipe", buffer: { stdout: false, stderr: true }, maxBuffer: 64 * 1024, reject: false, env: environment, encoding: "buffer" });
  // Without it what nobody reads yet would be dropped: by execa after one turn, and by Node when the process has ended.
  child.stdout.on("readable", () => undefined);
  // What it does not read any more shows in how it ends.
  child.stdin.on("error", () => undefined);
  return {
    input: child.stdin,
    output: child.stdout as AsyncIterable<Buffer>,
    async ended() {
      const { exitCode, stderr, shortMessage = "" } = await child;
      const said = Buffer.from(stderr).toString("utf8");
      if (exitCode !== 0) throw fileFault(what, hostname(), said === "" ? shortMessage : said);
    },
    async kill() {
      child.kill("SIGKILL");
      // What nobody has begun to read would never end.
      child.stdout.destroy();
      await child;
    },
  };
}
