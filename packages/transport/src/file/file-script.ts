import { lines, sh, type Cancellable, type RemotePath, type ShellExpression } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { closeGuard, sayGroup, sayStart } from "../guard/command-script.js";
import { runGuarded, type GuardedCall } from "../guard/run-guarded.js";
import { fileFault } from "./file-fault.js";
import { shownPath } from "./path.js";

export interface FileScript extends Cancellable {
  /** E.g. `stat`; with the path it begins the message of an error. */
  readonly operation: string;
  readonly path: RemotePath;
  readonly script: ShellExpression;
  /** What the script reads from descriptor 3. Such a script says the group itself, when it has read it. */
  readonly input?: GuardedCall["input"];
  readonly onOutput?: GuardedCall["onOutput"];
}

const maxErrorBytes = 1024 * 1024;

/**
 * Runs a script about a file: complete, in the C locale, with its output as it stands.
 * @throws the fault that its error output names, unless it exits with 0.
 */
export async function runFileScript(source: ChannelSource, { operation, path, script, input, onOutput, signal }: FileScript): Promise<Buffer> {
  const output: Buffer[] = [];
  const what = `${operation} ${shownPath(path)}`;
  const end = await runGuarded(source, {
    label: what,
    script: (token) => sh`
      {
      ${lines(sh`export LC_ALL=C`, sh`exec </dev/null`, sayStart(token), ...(input === undefined ? [sayGroup, closeGuard] : [sh`exec >&5 2>&4 4>&- 5>&-`]), script)}
      }
    `,
    input,
    onOutput: onOutput ?? ((piece) => void output.push(piece)),
    maxErrorBytes,
    signal,
  });
  if (end.exitCode !== 0) throw fileFault(what, source.target.host, end.errors.toString("utf8") || `ended by ${end.signal ?? `status ${String(end.exitCode)}`}`);
  return Buffer.concat(output);
}
