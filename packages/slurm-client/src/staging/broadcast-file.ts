import { addingLayer, fragment, lines, OptionsError, parseOptions, raw, sh, wordSchema, type LaunchLayer, type ShellExpression, type Word } from "@hpckit/core";
import { onEveryNode } from "../submit/batch-script.js";
import { broadcastOptionsSchema, renderBroadcastOptions, type BroadcastOptions } from "./broadcast-options.js";
import { acceptCopy, broadcastStatuses, markOf } from "./broadcast-script.js";

/**
 * Copies a file to every node of the job, before the command starts. For a batch job, left of a step, and right of {@link nodeLocalFolder} where it goes there.
 *
 * Guarantees: the command starts only if every node has the whole file under its name; a copy that failed has no name, and is removed, unless the job is
 * ended in the middle of it. A folder that a node lacks, and a disk that is full, end the job with what Slurm says of each node.
 * @param to - an absolute path, the same on every node, e.g. `expand("$SLURM_TMPDIR/model.bin")`. Every node must have this folder of its own.
 * @see sbcast(1)
 */
export function broadcastFile(from: Word, to: Word, options: BroadcastOptions = {}): LaunchLayer {
  const checked = parseOptions(broadcastOptionsSchema, options, "broadcastFile");
  for (const [path, word] of Object.entries({ from, to })) {
    if (!wordSchema.safeParse(word).success || (typeof word === "string" && !word.startsWith("/"))) throw new OptionsError("broadcastFile", [{ path, message: "an absolute path" }]);
  }
  const script = lines(
    sh`
      hpckit_from=${from}
      hpckit_to=${to}
      [ -f "$hpckit_from" ] && ${markOf(raw('"$hpckit_from"'), checked)} || { printf 'hpckit: %s cannot be read: there is nothing to broadcast\n' "$hpckit_from" >&2; exit ${broadcastStatuses.noOriginal}; }
      hpckit_part=$(mktemp -u "$hpckit_to.hpckit-$SLURM_JOB_ID-XXXXXXXXXX")
      export hpckit_part hpckit_to hpckit_mark
      hpckit_status=0
      sbcast ${renderBroadcastOptions(checked)} -- "$hpckit_from" "$hpckit_part" || {
        printf 'hpckit: %s did not come to every node as %s: is its folder on each of them, with room? nodeLocalFolder() makes one\n' "$hpckit_from" "$hpckit_to" >&2
        hpckit_status=${broadcastStatuses.notWhole}
      }
      [ "$hpckit_status" -ne 0 ] || ${everywhere(lines(sh`set -- "$hpckit_part" "$hpckit_to" "$hpckit_mark"`, acceptCopy(checked)))} || hpckit_status=$?
      [ "$hpckit_status" -eq 0 ] || { ${everywhere(sh`rm -f -- "$hpckit_part"`)} || :; exit "$hpckit_status"; }
      unset hpckit_from hpckit_to hpckit_part hpckit_mark hpckit_status
    `,
  );
  return addingLayer("broadcast-file", { setup: [fragment(script, { scope: "job" })] });
}

const everywhere = (script: ShellExpression): ShellExpression => onEveryNode({ kind: "run", dialect: "sh", scope: "node", shell: script.shell });
