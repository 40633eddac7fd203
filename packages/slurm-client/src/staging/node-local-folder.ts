import { addingLayer, fragment, OptionsError, parseOptions, raw, variableName, wordSchema, type LaunchLayer, type Word } from "@hpckit/core";
import { z } from "zod";
import { makeFolder, makeFolderOnNodes, removeFolder, removeFolderOnNodes } from "./local-folder-script.js";

export interface NodeLocalFolderOptions {
  /** The variable that names the folder (default `SLURM_TMPDIR`). */
  readonly variable?: string | undefined;
  /**
   * Where it is made: a folder that every node has of its own, and that is there. By default what the site sets as `$SLURM_TMPDIR`, else `/tmp`. It may be known
   * only on the node, as `expand("$LOCAL_SCRATCH")` is.
   */
  readonly root?: Word | undefined;
  /**
   * `job` (default): one under the same path on every node, for a layer left of a step. `task`: one for each task, for a layer right of a step, or without
   * one.
   */
  readonly per?: "job" | "task" | undefined;
}

const schema: z.ZodType<NodeLocalFolderOptions> = z.strictObject({
  variable: z.string().optional(),
  root: wordSchema.optional(),
  per: z.enum(["job", "task"]).optional(),
});

/**
 * A private folder on the nodes' own disks, named by a variable, and removed with all that is in it when the command has ended.
 *
 * Guarantees: its name cannot be guessed, its mode is 0700; nothing outside of it is removed. Removal is best effort, as every teardown: of a job with
 * several nodes that is cancelled, preempted or over its limit, Slurm starts no step any more, and the other nodes keep theirs (`task` removes them there, too).
 * What such a job, or a node that died, has left below the root is removed by the next job of the user that makes one there, as soon as Slurm no
 * longer knows the job.
 * @throws OptionsError, when the launch is composed, for a second one of the same variable.
 * @example `compose(["./model"], [nodeLocalFolder(), broadcastFile("/shared/input.nc", expand("$SLURM_TMPDIR/input.nc")), step({ ntasks: 64 })])`
 */
export function nodeLocalFolder(options: NodeLocalFolderOptions = {}): LaunchLayer {
  const { variable = "SLURM_TMPDIR", root, per = "job" } = parseOptions(schema, options, "nodeLocalFolder");
  const named = raw(checkedName(variable));
  const layer = addingLayer(
    "node-local-folder",
    per === "job"
      ? { setup: [fragment(makeFolderOnNodes(named, root), { scope: "job" })], teardown: [fragment(removeFolderOnNodes(named), { scope: "job" })] }
      : { setup: [fragment(makeFolder(named, root))], teardown: [fragment(removeFolder(named))] },
  );
  return {
    ...layer,
    apply: (launch) => {
      if (launch.teardown.some((step) => step.shell.includes(`hpckit_local_${variable}`))) throw new OptionsError("nodeLocalFolder", [{ path: "variable", message: `${variable} names another such folder of this launch: give one of them another variable` }]);
      return layer.apply(launch);
    },
  };
}

function checkedName(name: string): string {
  try {
    return variableName(name);
  } catch (error) {
    throw new OptionsError("nodeLocalFolder", [{ path: "variable", message: "the name of a variable" }], { cause: error });
  }
}
