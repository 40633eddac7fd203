import { posix } from "node:path";
import { sh, type ShellExpression } from "@hpckit/core";
import { claimFolder } from "../submit/claim-folder.js";

/** One small file for all jobs of a cluster: it holds the last ring. */
export const bellFile = (stateFolder: string, cluster: string): string => posix.join(claimFolder(stateFolder, cluster), "bell");

/**
 * Rings at a job's start, and once its first process has ended: hints for who waits, which decide nothing. A job that is killed as a
 * whole, or whose node cannot write there, does not ring.
 *
 * The end is heard by a process that the command does not know as its child. A pipe without a name, whose other end (descriptor 8) the
 * command keeps, tells it that the last holder has gone: the command can be any program, is started by `exec`, and gets its signals itself.
 * Slurm kills what is left of a job some milliseconds later; that is enough for one line.
 */
export const renderBell = (file: string): ShellExpression => sh`
  # Tells who waits for this job when it starts, and when it ends.
  hpckit_bell=${file}
  hpckit_ring="\${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID} $SLURM_JOB_ID \${SLURM_RESTART_COUNT:-0}"
  { echo "$hpckit_ring start" >"$hpckit_bell"; } 2>/dev/null
  hpckit_pipe=$hpckit_bell.$SLURM_JOB_ID.\${SLURM_RESTART_COUNT:-0}
  # The first shell tries: where a file cannot be opened, exec would end it.
  if mkfifo -m 600 "$hpckit_pipe" 2>/dev/null && (exec 8<>"$hpckit_pipe") 2>/dev/null; then
    exec 8<>"$hpckit_pipe" 7<"$hpckit_pipe"
    rm -f "$hpckit_pipe"
    (
      (
        trap '' HUP INT USR1 USR2 TERM ALRM
        exec 8>&-
        read -r hpckit_word <&7
        echo "$hpckit_ring end" >"$hpckit_bell"
      ) </dev/null >/dev/null 2>&1 &
    )
    exec 7<&-
  else
    rm -f "$hpckit_pipe"
  fi
  unset hpckit_bell hpckit_ring hpckit_pipe
`;

/**
 * The shell on the login node that prints each ring, after the line `listening`. It starts one process for each look at the file, ten times a second
 * at first; the longer it is quiet, the more rarely: a fortieth of the quiet apart, ten seconds at most. Opening a file asks NFS for its state.
 * @param heard - the ring that was heard last: another one has come since, perhaps before this shell began.
 */
export const renderLookout = (file: string, heard = ""): ShellExpression => sh`
  hpckit_heard=${heard} hpckit_rung= hpckit_quiet=0
  echo listening
  # In tenths of a second.
  while :; do
    # What is half written has no end of line: it is read again.
    if { read -r hpckit_rung <${file}; } 2>/dev/null && [ "$hpckit_rung" != "$hpckit_heard" ]; then
      hpckit_heard=$hpckit_rung hpckit_quiet=0
      echo "$hpckit_rung"
    fi
    hpckit_pause=$((hpckit_quiet / 40))
    [ "$hpckit_pause" -ge 1 ] || hpckit_pause=1
    [ "$hpckit_pause" -le 100 ] || hpckit_pause=100
    sleep "$((hpckit_pause / 10)).$((hpckit_pause % 10))" 2>/dev/null || sleep 1 || exit
    hpckit_quiet=$((hpckit_quiet + hpckit_pause))
  done
`;
