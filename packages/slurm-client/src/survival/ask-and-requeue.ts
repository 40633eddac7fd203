import { lines, sh, type ShellExpression } from "@hpckit/core";
import { queueAgain } from "../submit/queue-again-script.js";
import { survivalExitCodes, type SurvivalSettings } from "./survival-settings.js";

/** Slurm sends the warning up to a minute early (sbatch(1), `--signal`); clocks and controllers are forgiven some more. */
const earlySeconds = 90;

/**
 * Asks Slurm about the job, and finds the cause of a warning. A preemption with a grace moves the job's end forward, to the end of the
 * grace; without one, both times are the same, and the job is COMPLETING, as one that was cancelled is. A job keeps no time of an
 * earlier run's preemption; should it, what was before this run is none.
 */
export const ask = ({ warnSeconds }: SurvivalSettings): ShellExpression => sh`
  hpckit_ask() {
    hpckit_state= hpckit_preempted= hpckit_left=
    hpckit_row=$(SLURM_TIME_FORMAT=%s squeue --noheader --jobs="$hpckit_job" --Format='State:|,PreemptTime:|,EndTime:|' 2>/dev/null) || hpckit_row=
    hpckit_state=\${hpckit_row%%|*} hpckit_row=\${hpckit_row#*|}
    hpckit_preempted=\${hpckit_row%%|*} hpckit_row=\${hpckit_row#*|}
    hpckit_ends=\${hpckit_row%%|*}
    hpckit_is_time "$hpckit_preempted" && [ "$hpckit_preempted" -ge "$((hpckit_began - 5))" ] || hpckit_preempted=
    if hpckit_is_time "$hpckit_ends"; then hpckit_left=$((hpckit_ends - $(date +%s))); fi
  }
  hpckit_find_cause() {
    hpckit_ask
    if [ -z "$hpckit_state" ]; then
      hpckit_cause=unknown
    elif [ -n "$hpckit_preempted" ]; then
      hpckit_cause=preemption
    elif [ -z "$hpckit_left" ] || [ "$hpckit_left" -gt ${warnSeconds + earlySeconds} ]; then
      hpckit_cause=request
    else
      hpckit_cause=limit
    fi
  }
  hpckit_is_preempted_now() {
    [ -n "$hpckit_preempted" ] && hpckit_is_time "$hpckit_ends" && [ "$((hpckit_ends - hpckit_preempted))" -le 2 ]
  }
`;

export const requeue = ({ requeues }: SurvivalSettings): ShellExpression => lines(
  queueAgain,
  sh`
    hpckit_requeue() {
      if [ "$hpckit_cause" != preemption ] && [ "\${SLURM_RESTART_COUNT:-0}" -ge ${requeues} ]; then
        hpckit_say ${`it is unfinished, and may be queued again no more than ${requeues} times (exit code ${survivalExitCodes.unfinished})`}
        return ${survivalExitCodes.unfinished}
      fi
      trap '' TERM
      if ! hpckit_queue_again "$hpckit_job"; then
        hpckit_say "it is unfinished, and Slurm does not queue it again: $hpckit_said"${` (exit code ${survivalExitCodes.requeueRefused})`}
        return ${survivalExitCodes.requeueRefused}
      fi
      hpckit_queued=1
      hpckit_say "queued again (\${hpckit_cause:-by its exit code})"
    }
  `,
);
