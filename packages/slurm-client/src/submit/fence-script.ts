import { lines, sh, type ShellExpression } from "@hpckit/core";
import { waitingForEarlierStart, type EarlierStartOptions } from "./earlier-start-script.js";
import { givingWay, noFenceStatus } from "./give-way-script.js";
import { givingSignsOfLife } from "./signs-of-life-script.js";

/** How the fence of a job is put up. */
export interface FenceOptions {
  /** Absolute path of the fence, on a file system that all nodes see. */
  readonly file: string;
  /**
   * Seconds between two signs of life of a job that may be queued again and is no array; undefined for none. A start that finds another's sign of
   * life waits until three are missing.
   */
  readonly heartbeatSeconds: number | undefined;
  readonly warning?: EarlierStartOptions["warning"];
}

/**
 * The first thing that a job does: of all jobs with its token, the one whose id stands in the fence runs. `ln` makes the fence with its
 * content in one step; that it fails says nothing, the content does.
 *
 * | in the fence | then |
 * |---|---|
 * | this id, an array | it runs: each task comes here |
 * | this id, this start | it runs |
 * | this id, an earlier start | it was queued again: it runs once that has ended, or nothing is heard of it (another node only) |
 * | this id, a later start | this one is a ghost: it ends |
 * | another id | it gives way, and never runs |
 */
export const renderFence = ({ file, heartbeatSeconds, warning }: FenceOptions): ShellExpression =>
  lines(
    sh`
      # Of all jobs with this token one runs, however often it was submitted.
      hpckit_fence=${file}
      hpckit_id=\${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID} hpckit_restarts=\${SLURM_RESTART_COUNT:-0} hpckit_node=\${SLURMD_NODENAME:-node}
      hpckit_line="job $hpckit_id $hpckit_restarts $hpckit_node"
      hpckit_draft=$hpckit_fence.$SLURM_JOB_ID.$hpckit_restarts
      hpckit_read() { # Where that start said so, a second line is the word: ended.
        { read -r hpckit_word hpckit_owner hpckit_start hpckit_where && { read -r hpckit_over || hpckit_over=; }; } <"$hpckit_fence"
      } 2>/dev/null
      hpckit_write() {
        printf '%s\n' "$hpckit_line" >"$hpckit_draft" && return
        echo "hpckit: this job cannot write $hpckit_fence, so it cannot make sure that it runs once: does this node see that folder, and is there room?" >&2
        exit ${noFenceStatus}
      }
      hpckit_read || {
        hpckit_write
        ln "$hpckit_draft" "$hpckit_fence" 2>/dev/null || :
        rm -f "$hpckit_draft"
        hpckit_read || { echo "hpckit: $hpckit_fence cannot be made: this job cannot make sure that it runs once" >&2; exit ${noFenceStatus}; }
      }
    `,
    givingWay,
    sh`[ "$hpckit_owner" = "$hpckit_id" ] || hpckit_give_way`,
    heartbeatSeconds === undefined ? undefined : renderRestarts({ heartbeatSeconds, warning }),
    sh`unset hpckit_fence hpckit_id hpckit_restarts hpckit_node hpckit_line hpckit_draft hpckit_word hpckit_owner hpckit_start hpckit_where hpckit_over`,
  );

/** A later start of the same job takes over: the fence is its own then. */
const renderRestarts = (options: EarlierStartOptions): ShellExpression =>
  lines(
    sh`if [ -z "\${SLURM_ARRAY_JOB_ID-}" ]; then`,
    waitingForEarlierStart(options),
    givingSignsOfLife(options.heartbeatSeconds),
    sh`
        hpckit_own_fence=$hpckit_fence
      fi
    `,
  );
