import { addingLayer, fragment, lines, parseOptions, sh, type LaunchLayer } from "@hpckit/core";
import { z } from "zod";
import { renderRemoval } from "./removal-script.js";
import { checkScratch, type Scratch } from "./scratch.js";

export interface CleanUpOptions {
  /**
   * What to do when a signal came: a cancellation, a time limit, a preemption. Slurm may requeue the job, and then it needs
   * its files, so they are kept by default and {@link sweep} decides. `remove` is for what cannot be requeued.
   */
  readonly whenSignalled?: "keep" | "remove" | undefined;
}

const cleanUpOptions: z.ZodType<CleanUpOptions> = z.strictObject({ whenSignalled: z.enum(["keep", "remove"]).optional() });

/**
 * Removes a scratch folder after the command, once per job. Put it first: outside of a container, left of a step.
 *
 * Best effort, as every teardown: a node that dies leaves the folder, and so does a signal. Call {@link sweep} on the
 * final outcome, which is harmless where nothing is left.
 */
export function cleanUp(scratch: Scratch, options: CleanUpOptions = {}): LaunchLayer {
  const { whenSignalled = "keep" } = parseOptions(cleanUpOptions, options, "cleanUp");
  const removal = lines(
    whenSignalled === "keep" ? sh`[ -z "$hpckit_signal" ] || exit 0` : undefined,
    sh`exec >/dev/null`,
    renderRemoval(checkScratch(scratch)),
  );
  return addingLayer("clean-up", {
    teardown: [fragment(removal, { scope: "job" })],
    needs: [{ path: scratch.path, access: "write" }],
  });
}
