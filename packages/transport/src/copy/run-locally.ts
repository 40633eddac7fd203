import { hostname } from "node:os";
import { fileFault } from "../file/file-fault.js";

/**
 * Runs one of this machine's programs for what Node cannot do by itself.
 * @param what - for messages, e.g. `write /a/b`.
 * @throws TransportError unless it exits with 0.
 */
export async function runLocally(what: string, program: string, words: readonly string[]): Promise<void> {
  const { execa } = await import("execa");
  const { exitCode, stderr, shortMessage = "" } = await execa(program, words, { reject: false, stdin: "ignore", env: { LC_ALL: "C" } });
  if (exitCode !== 0) throw fileFault(what, hostname(), stderr === "" ? shortMessage : stderr);
}
