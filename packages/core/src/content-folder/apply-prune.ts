import { OutputUnreadableError } from "../error/index.js";
import { lines, sh } from "../shell/sh.js";
import type { ShellExpression } from "../shell/word.js";
import type { Cancellable, Transport } from "../transport/transport.js";
import { folderFunctions } from "./folder-functions.js";
import type { ContentFolderEntry } from "./list-folders.js";
import type { PrunePlan } from "./plan-prune.js";

/** What became of each folder of a plan. */
export interface PruneResult {
  readonly removed: readonly ContentFolderEntry[];
  /** Used since the plan was made. */
  readonly kept: readonly ContentFolderEntry[];
  /** Could not be removed. What is left of it goes with the next `applyPrune`, also one of a plan that removes nothing. */
  readonly failed: readonly FailedPrune[];
}

export interface FailedPrune extends ContentFolderEntry {
  /** In the system's own words, e.g. `rm: cannot remove 'x': Permission denied`. */
  readonly reason: string;
}

/**
 * Removes what a plan says, and nothing that was used since.
 *
 * Guarantees: nothing outside the root is touched; a folder that stands under its name is whole at every instant, also if
 * this is killed: its link goes first, then it loses its name, then its files go.
 */
export async function applyPrune(on: Transport, plan: PrunePlan, options: Cancellable = {}): Promise<PruneResult> {
  const { stdout } = await on.exec(["sh", "-c", renderPrune(plan).shell], { ...options, check: true });
  const said = new Map([...stdout.matchAll(/^(removed|kept|failed) (\S+)(?: (.*))?$/gm)].map(([, end, name, reason = ""]) => [name, { end, reason }]));
  const found = (end: string): readonly ContentFolderEntry[] => plan.remove.filter(({ folder }) => said.get(nameOf(folder))?.end === end);
  const failed = found("failed").map((entry) => ({ ...entry, reason: said.get(nameOf(entry.folder))?.reason ?? "" }));
  const result = { removed: found("removed"), kept: found("kept"), failed };
  if (result.removed.length + result.kept.length + result.failed.length !== plan.remove.length) throw new OutputUnreadableError("prune", "not every folder's end", stdout);
  return result;
}

const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf("/") + 1);

/** Also finishes what an earlier prune began. */
const renderPrune = ({ root, remove }: PrunePlan): ShellExpression =>
  lines(
    folderFunctions,
    sh`
      cd -- ${root} || exit 0
      for hpckit_old in .pruned-*; do hpckit_remove "$hpckit_old"; done
      hpckit_prune() {
        hpckit_name=\${1%-*}
        hpckit_stamp=$1/.hpckit
        if [ -e "$1/.hpckit/complete" ]; then hpckit_stamp=$1/.hpckit/used; fi
        hpckit_linked=
        if [ "$(readlink -- "$hpckit_name")" = "$1" ]; then hpckit_linked=yes; rm -f -- "$hpckit_name"; fi
        if [ "$(stat -c %y -- "$hpckit_stamp" 2>/dev/null)" != "$2" ]; then
          if [ -n "$hpckit_linked" ]; then ln -sn -- "$1" "$hpckit_name"; fi
          echo "kept $1"
        elif hpckit_why=$(mv -- "$1" ".pruned-$1" 2>&1 && hpckit_remove ".pruned-$1" 2>&1); then
          echo "removed $1"
        else
          printf 'failed %s %s\n' "$1" "$(printf '%s\n' "$hpckit_why" | sed 1q)"
        fi
      }
    `,
    ...remove.map(({ folder, stamp }) => sh`hpckit_prune ${nameOf(folder)} ${stamp}`),
  );
