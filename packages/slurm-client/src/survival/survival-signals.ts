import { sh, type ShellExpression } from "@hpckit/core";
import type { SurvivalSettings } from "./survival-settings.js";

/** Seconds between the polite signal and KILL. */
const patienceSeconds = 5;

/**
 * The alarm looks at the clock, and ends with its script. It could not be ended by a signal: one that comes right after the fork is caught by
 * a handler of the parent's, and lost.
 */
export const timer = sh`
  hpckit_alarm() {
    hpckit_until=$(($(date +%s) + $1))
    (
      while kill -0 $$; do
        if [ "$(date +%s)" -ge "$hpckit_until" ]; then kill -s ALRM $$; exit; fi
        sleep 1
      done
    ) </dev/null >/dev/null 2>&1 &
  }
`;

/** A checkpoint command runs beside, so that signals are heard meanwhile. */
export function checkpoint({ checkpoint: how }: SurvivalSettings): ShellExpression {
  if ("signal" in how) return sh`hpckit_checkpoint() { kill -s ${how.signal} "$hpckit_child" 2>/dev/null || :; }`;
  const then = how.then === "end" ? sh`kill -s TERM "$hpckit_child" 2>/dev/null` : sh`:`;
  return sh`
    hpckit_checkpoint() {
      (
        if ${how.command} </dev/null; then ${then}; else hpckit_say "the checkpoint command failed with exit code $?"; fi
      ) &
      hpckit_asker=$!
    }
  `;
}

/**
 * A warning that comes while the child is being started is heeded once it is; one that came before keeps it from starting. TERM is a cancellation, or the end of the time, unless the job is
 * being preempted without a grace: then it must be queued again at once, because Slurm waits only for its KillWait. After it nothing else is heard: in dash a
 * trap that interrupts a trap leaves it a wrong `$?`, so that the warning, which comes with TERM, made squeue's good answer a failure.
 */
export const onSignals = ({ warnSeconds }: SurvivalSettings): ShellExpression => sh`
  hpckit_warn() {
    hpckit_interrupted=1
    [ -z "$hpckit_warned$hpckit_ending" ] || return 0
    hpckit_warned=1
    [ -z "$hpckit_child" ] || hpckit_prepare
  }
  hpckit_prepare() {
    [ -z "$hpckit_prepared" ] || return 0
    hpckit_prepared=1
    hpckit_checkpoint
    hpckit_find_cause
    hpckit_seconds=${warnSeconds}
    if [ "$hpckit_cause" != request ] && [ "\${hpckit_left:-0}" -gt 0 ]; then hpckit_seconds=$hpckit_left; fi
    hpckit_reserve=$((hpckit_seconds / 4))
    [ "$hpckit_reserve" -le 30 ] || hpckit_reserve=30
    hpckit_seconds=$((hpckit_seconds - hpckit_reserve))
    hpckit_say "warned ($hpckit_cause): the command has $hpckit_seconds seconds for a checkpoint"
    hpckit_alarm "$hpckit_seconds"
  }
  hpckit_overdue() {
    hpckit_interrupted=1
    if [ -z "$hpckit_late" ]; then
      hpckit_late=TERM
      hpckit_say 'the command did not end in time: it is ended, and goes on from an earlier checkpoint'
      hpckit_alarm ${patienceSeconds}
    else
      hpckit_late=KILL
    fi
    kill -s "$hpckit_late" "$hpckit_child" 2>/dev/null || :
  }
  hpckit_end() {
    trap '' TERM INT HUP USR1 USR2 ALRM
    hpckit_interrupted=1 hpckit_signal=TERM hpckit_ending=1
    [ -z "$hpckit_child" ] || kill -s TERM "$hpckit_child" 2>/dev/null || :
    hpckit_ask
    if hpckit_is_preempted_now; then hpckit_cause=preemption; hpckit_requeue; fi
  }
  hpckit_forward() {
    hpckit_interrupted=1 hpckit_signal=$1
    [ -z "$hpckit_child" ] || kill -s "$1" "$hpckit_child" 2>/dev/null || :
  }
  trap hpckit_warn USR2
  trap hpckit_overdue ALRM
  trap hpckit_end TERM INT
  trap 'hpckit_forward HUP' HUP
  trap 'hpckit_forward USR1' USR1
`;
