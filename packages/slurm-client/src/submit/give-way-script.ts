import { sh, type ShellExpression } from "@hpckit/core";

/** Status of a script that may not run. @see sysexits.h, EX_TEMPFAIL */
export const notOursStatus = 75;

/** Status of a script that cannot find out whether it may run. @see sysexits.h, EX_CONFIG */
export const noFenceStatus = 78;

const looksUntilClear = 3;
const secondsBetweenLooks = 60;

/**
 * What a job does that finds another's id in the fence, which means that the other's command has begun: this one never runs. It must neither
 * release what waits for its success nor fail it, so it waits for the other's end, and ends as that did.
 *
 * | the controller says of the other | then |
 * |---|---|
 * | a part of it has not ended | it waits: queued again, behind the other's end |
 * | all parts have ended, for good | it ends: with 0 if all completed, else with 75 |
 * | all have ended, and a part by a fault after which Slurm may queue it again | the same, once it has said so three times in two minutes |
 * | that it does not know it (any more): then it has ended | as accounting says; with 75 if that knows no end three times in two minutes |
 * | nothing: it cannot be asked | it waits |
 *
 * It waits without nodes where Slurm lets it: what depends on it waits on.
 */
export const givingWay: ShellExpression = sh`
  hpckit_look() { # Sets hpckit_end: a status; "unclear" if the other is over, and how, or whether it comes back, is not known; nothing while it goes on.
    hpckit_gone= hpckit_end=0
    hpckit_states=$(squeue --noheader --states=all --format=%T --jobs="$hpckit_other" 2>/dev/null)
    if [ -z "$hpckit_states" ]; then
      hpckit_states=$(squeue --noheader --states=all --format=%T --jobs="$hpckit_other" 2>&1)
      # That it cannot be asked says nothing.
      case $?:$hpckit_states in
        0: | *'Invalid job id'*) hpckit_gone=1 ;;
        *) hpckit_end= && return ;;
      esac
      hpckit_states=$(sacct --noheader --allocations --parsable2 --format=State --jobs="$hpckit_other" 2>/dev/null)
      [ -n "$hpckit_states" ] || hpckit_end=unclear
    fi
    # A line for each part; accounting also says who cancelled it.
    for hpckit_word in $hpckit_states; do
      case $hpckit_word in
        COMPLETED | by | [0-9]*) ;;
        FAILED | CANCELLED* | TIMEOUT | OUT_OF_MEMORY | DEADLINE) [ "$hpckit_end" = unclear ] || hpckit_end=${notOursStatus} ;;
        NODE_FAIL | PREEMPTED | BOOT_FAIL | REVOKED) hpckit_end=unclear ;;
        *)
          [ -n "$hpckit_gone" ] || { hpckit_end= && return; }
          hpckit_end=unclear
          ;;
      esac
    done
  }
  hpckit_give_way() {
    hpckit_looks=0 hpckit_other=$hpckit_owner\${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}
    echo "hpckit: job $hpckit_other was submitted under the same key and has started: this one gives way" >&2
    command -v squeue >/dev/null || { echo "hpckit: there is no squeue on this node, so how that job ends cannot be found out" >&2; exit ${notOursStatus}; }
    while :; do
      hpckit_look
      case $hpckit_end in
        unclear)
          hpckit_looks=$((hpckit_looks + 1))
          [ "$hpckit_looks" -lt ${looksUntilClear} ] || { echo "hpckit: that job is over, and nobody knows of a success" >&2; exit ${notOursStatus}; }
          ;;
        '')
          hpckit_looks=0
          # Queued again it begins when the other has ended. Slurm takes that only for a job that waits: before the signal of its own order ends this one.
          trap '' TERM
          hpckit_queued=
          scontrol requeue "$SLURM_JOB_ID" 2>/dev/null && hpckit_queued=1 && scontrol update JobId="$SLURM_JOB_ID" Dependency=afterany:"$hpckit_other" 2>/dev/null
          trap - TERM
          [ -z "$hpckit_queued" ] || kill "$$"
          ;;
        *) exit "$hpckit_end" ;;
      esac
      sleep ${secondsBetweenLooks}
    done
  }
`;
