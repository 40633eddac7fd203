import { lines, raw, sh, type ShellExpression } from "@hpckit/core";
import type { WarningSignalName } from "../spec/warning-signal.js";
import { noFenceStatus, notOursStatus } from "./give-way-script.js";
import { queueAgain } from "./queue-again-script.js";

export interface EarlierStartOptions {
  readonly heartbeatSeconds: number;
  /** What Slurm sends to the batch shell before the time limit, if anything. */
  readonly warning: WarningSignalName | undefined;
}

/** Those that a shell dies of unless it catches them: QUIT is none to bash. */
const deadly: readonly WarningSignalName[] = ["HUP", "INT", "ABRT", "ALRM", "TERM", "USR1", "USR2"];

/**
 * What a start does that finds an earlier one of its job in the fence: that may still run, on a node that Slurm has lost sight of. It waits until three
 * signs of life are missing, unless the earlier one has said that it ended, or was on this node, where Slurm has ended all that it left.
 *
 * The command has not begun, so nothing of the job hears signals but this. One that warns of the time limit has the job queued again, whatever that costs
 * of a budget: it has done nothing yet. It waits in a child that is waited for, as a shell runs a trap only between two commands.
 */
export const waitingForEarlierStart = ({ heartbeatSeconds, warning }: EarlierStartOptions): ShellExpression =>
  lines(
    sh`
      hpckit_refuse_late() {
        [ "$hpckit_start" -gt "$hpckit_restarts" ] || return 0
        echo "hpckit: a later start of this job has taken over" >&2
        rm -f "$hpckit_draft"
        exit ${notOursStatus}
      }
      hpckit_look_for_life() { # Sets for how long it has been silent, and for how long that is too short. By the clock of the file server.
        hpckit_write
        set -- $(stat -c %Y "$hpckit_draft" "$hpckit_fence" 2>/dev/null)
        if [ "$#" -eq 2 ]; then
          hpckit_unseen=0 hpckit_silent=$(($1 - $2))
        elif [ "$hpckit_unseen" -lt 3 ]; then
          # What cannot be looked at just now may live.
          hpckit_unseen=$((hpckit_unseen + 1)) hpckit_silent=0
        else
          hpckit_stop_waiting
          echo "hpckit: this job cannot look at $hpckit_fence any more, so it cannot make sure that it runs once: is that file there, and does this node have GNU stat?" >&2
          exit ${noFenceStatus}
        fi
        hpckit_rest=$((${3 * heartbeatSeconds} - hpckit_silent))
      }
      hpckit_stop_waiting() {
        rm -f "$hpckit_draft"
        # The last that it started, known as soon as it is there.
        [ -z "\${!-}" ] || kill "$!" 2>/dev/null || :
      }
      hpckit_struck() { # signal
        hpckit_stop_waiting
        echo "hpckit: SIG$1 ended this job while it waited for the end of an earlier start on $hpckit_where; its command has not begun" >&2
        trap - "$1"
        kill -s "$1" "$$"
      }
    `,
    hearing(warning),
    sh`
      hpckit_wait_for_earlier() {
        hpckit_hears= hpckit_unseen=0
        while [ "$hpckit_over" != ended ] && [ "$hpckit_where" != "$hpckit_node" ]; do
          hpckit_look_for_life
          [ "$hpckit_rest" -gt 0 ] || break
          if [ -z "$hpckit_hears" ]; then
            hpckit_hears=1
            hpckit_hear
            echo "hpckit: waits up to $hpckit_rest s because an earlier start on $hpckit_where gave a sign of life $hpckit_silent s ago" >&2
          fi
          [ "$hpckit_rest" -le ${heartbeatSeconds} ] || hpckit_rest=${raw(String(heartbeatSeconds))}
          sleep "$hpckit_rest" </dev/null >/dev/null 2>&1 &
          wait "$!"
          hpckit_read
          hpckit_refuse_late
        done
        trap - ${deadly}
      }
      hpckit_refuse_late
      if [ "$hpckit_start" -lt "$hpckit_restarts" ]; then
        hpckit_wait_for_earlier
        hpckit_write
        mv -f "$hpckit_draft" "$hpckit_fence"
      fi
      unset hpckit_silent hpckit_rest hpckit_hears hpckit_unseen
    `,
  );

/** Who cancels a job has the last word: it is queued again only while squeue says that Slurm is not ending it. */
function hearing(warning: WarningSignalName | undefined): ShellExpression {
  const hearDeadly = sh`for hpckit_word in ${deadly}; do trap "hpckit_struck $hpckit_word" "$hpckit_word"; done`;
  if (warning === undefined || !deadly.includes(warning)) return sh`hpckit_hear() { ${hearDeadly}; }`;
  return lines(
    queueAgain,
    sh`
      hpckit_warned_early() {
        case $(squeue --noheader --format=%T --jobs="$SLURM_JOB_ID" 2>/dev/null) in
          RUNNING*)
            # The signal of its own order.
            trap '' TERM
            if hpckit_queue_again "$SLURM_JOB_ID"; then
              hpckit_stop_waiting
              echo ${`hpckit: SIG${warning} came while this job waited for the end of an earlier start on `}"$hpckit_where: queued again, as its command has not begun" >&2
              exit ${notOursStatus}
            fi
            echo "hpckit: Slurm does not queue this job again: $hpckit_said" >&2
            ;;
        esac
        hpckit_struck ${warning}
      }
      hpckit_hear() {
        ${hearDeadly}
        trap hpckit_warned_early ${warning}
      }
    `,
  );
}
