import { lines, raw, runChild, sh, type ShellExpression, type Word } from "@hpckit/core";
import { ask, requeue } from "./ask-and-requeue.js";
import { sayingEnded } from "../submit/ended-in-order.js";
import { survivalExitCodes, type SurvivalSettings } from "./survival-settings.js";
import { checkpoint, onSignals, timer } from "./survival-signals.js";

/** Numbers of signals, as they stand in the status of a process that died of one: 128 more. */
const numbers = { HUP: 1, USR1: 10, USR2: 12, TERM: 15, KILL: 9 } as const;

/**
 * Renders what stands around a command that survives its time limit: a script for the first node of a job, in POSIX sh.
 *
 * The command runs as a child. The warning (USR2, to the batch shell alone) has it asked for a checkpoint and starts a timer, whose ALRM
 * ends a command that does not end by itself. When the command has ended, it is decided whether the job is to be queued again. Why the
 * signal came it does not say, be it a time limit, a preemption or somebody's `scancel --signal`: squeue does.
 */
export const renderSurvival = (argv: readonly Word[], settings: SurvivalSettings): ShellExpression =>
  lines(state, sayingEnded, ask(settings), requeue(settings), timer, checkpoint(settings), onSignals(settings), start(argv, settings), decide(settings));

/** The id of an array's task is not enough: one of them has the array's own, which would mean all of them. */
const state = sh`
  hpckit_own_fence=\${1-}
  hpckit_child= hpckit_asker= hpckit_signal= hpckit_interrupted= hpckit_status=
  hpckit_late= hpckit_warned= hpckit_prepared= hpckit_ending= hpckit_queued= hpckit_cause=
  hpckit_began=$(date +%s)
  hpckit_job=$SLURM_JOB_ID
  [ -z "\${SLURM_ARRAY_JOB_ID-}" ] || hpckit_job=\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
  hpckit_say() { printf 'hpckit: job %s: %s\n' "$hpckit_job" "$1" >&2; }
  hpckit_is_time() { case $1 in '' | *[!0-9]*) return 1 ;; esac; }
`;

const start = (argv: readonly Word[], settings: SurvivalSettings): ShellExpression =>
  lines(
    sh`if [ -z "$hpckit_warned$hpckit_ending" ]; then`,
    runChild(argv, sh`[ -z "$hpckit_warned" ] || hpckit_prepare`),
    sh`
      fi
      trap '' USR2 ALRM
    `,
    endInOrder(settings),
  );

/**
 * Only what says by its exit code that it came to its end is known to have ended all that it started: one that died of a signal may have left children that did
 * not get it, and srun fails when a node is lost on which its tasks may go on. A checkpoint can still be written by who was asked for it.
 */
const endInOrder = ({ unfinishedExitCode }: SurvivalSettings): ShellExpression => sh`
  case $hpckit_status in
    ${raw(unfinishedExitCode === undefined ? "0" : `0 | ${unfinishedExitCode}`)}) [ -n "$hpckit_asker" ] && kill -0 "$hpckit_asker" 2>/dev/null || hpckit_say_ended "$hpckit_own_fence" ;;
  esac
`;

/**
 * No status means that the command was not started. Nothing that Slurm is ending already is queued again: who cancels a job has the
 * last word. Slurm signals one process after the other, so the child (or a squeue of ours) can be gone before this script hears of it:
 * a job is queued again only when Slurm was seen not to end it.
 */
function decide({ checkpoint: how, unfinishedExitCode }: SurvivalSettings): ShellExpression {
  const asked = "signal" in how ? numbers[how.signal] : numbers.TERM;
  const deaths = raw([...new Set([asked, numbers.TERM, numbers.KILL])].map((number) => 128 + number).join(" | "));
  return lines(
    sh`
      hpckit_confirm() {
        hpckit_tries=0
        while [ -z "$hpckit_state" ]; do
          hpckit_tries=$((hpckit_tries + 1))
          if [ "$hpckit_tries" -ge 5 ]; then
            hpckit_say ${`it is unfinished, and squeue does not say whether it was cancelled (exit code ${survivalExitCodes.requeueRefused})`}
            return ${survivalExitCodes.requeueRefused}
          fi
          sleep 2
          hpckit_ask
        done
        [ -z "$hpckit_queued" ] || return ${survivalExitCodes.unfinished}
        case $hpckit_ending$hpckit_state in
          1* | COMPLETING | PENDING) hpckit_is_preempted_now || return ${survivalExitCodes.unfinished} ;;
        esac
      }
      hpckit_decide() {
        [ -z "$hpckit_queued" ] || return ${survivalExitCodes.unfinished}
        [ -z "$hpckit_ending" ] || return "\${hpckit_status:-${128 + numbers.TERM}}"
    `,
    unfinishedExitCode === undefined ? undefined : sh`[ "$hpckit_status" != 0 ] || return 0`,
    sh`
        hpckit_ask
        [ -n "$hpckit_prepared" ] || hpckit_cause=\${hpckit_preempted:+preemption}
        case $hpckit_status in
          ${raw(unfinishedExitCode === undefined ? "''" : `'' | ${unfinishedExitCode}`)}) ;;
          0 | ${deaths}) [ -n "$hpckit_warned$hpckit_preempted" ] || return "$hpckit_status" ;;
          *)
            [ -z "$hpckit_warned" ] || hpckit_say "the command failed with exit code $hpckit_status after the warning"
            [ -z "$hpckit_warned" ] && [ -n "$hpckit_preempted" ] || return "$hpckit_status"
            ;;
        esac
        hpckit_confirm || return
        hpckit_requeue && return ${survivalExitCodes.unfinished}
      }
      hpckit_decide
      exit
    `,
  );
}
