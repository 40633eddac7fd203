import { linesOf, renderDiscard, type Cancellable, type ExecResult, type ExecStream, type Transport } from "@hpckit/core";
import { inputsOnDemand, readyLine } from "./inputs-on-demand.js";

export interface MakeWithInputs extends Cancellable {
  /** The maker's own folder, over there. */
  readonly folder: string;
  /** Starts the script that makes it, and says the line when it is the one that makes it; see `waitForInputs`. */
  readonly start: (stdin: AsyncIterable<string>) => Promise<ExecStream> | ExecStream;
  /** Brings what it is made of, once the script asks. */
  readonly bring: (signal: AbortSignal) => Promise<void>;
  readonly onLine: (line: string) => void;
  /** Whether an exit status means that it was made. */
  readonly isMade: (exitCode: number | undefined) => boolean;
}

/**
 * Runs a script that makes a content folder, and brings its inputs when it asks for them. An input that cannot be brought ends the script, and
 * is the error. What was brought for one that was not made is removed: nobody else knows of it.
 */
export async function makeWithInputs(on: Transport, { folder, start, bring, onLine, isMade, signal }: MakeWithInputs): Promise<ExecResult> {
  const failed: { error?: unknown } = {};
  const onDemand = inputsOnDemand(async (givenUp) => {
    try {
      await bring(signal === undefined ? givenUp : AbortSignal.any([signal, givenUp]));
    } catch (error) {
      failed.error = error;
      throw error;
    }
  });
  let hasMade = false;
  try {
    const making = await start(onDemand.stdin);
    for await (const line of linesOf(making)) {
      if (line === readyLine) onDemand.ask();
      else onLine(line);
    }
    const result = await making.result;
    hasMade = isMade(result.exitCode);
    return result;
  } catch (error) {
    throw signal?.aborted === true ? error : (failed.error ?? error);
  } finally {
    const hasBrought = await onDemand.end();
    if (hasBrought && !hasMade) await on.exec(["sh", "-c", renderDiscard(folder).shell]).catch(() => undefined);
  }
}
