import { raw, sh, type ShellExpression, type Word } from "@hpckit/core";

/** For who stands around the command of a job: the fence of this start, or nothing where a later one would not wait. A word of the launch, so that no command inherits it. */
export const ownFence: Word = raw('"${hpckit_own_fence-}"');

/**
 * Says in the fence that the command of this start has ended, and all that it had started: then a start on another node need not wait for missing signs of
 * life. It is written into the file that was read, whatever has its name by then: what a later start has put in its place is not touched.
 */
export const sayingEnded: ShellExpression = sh`
  hpckit_say_ended() { # fence
    [ -e "$1" ] || return 0
    {
      read -r hpckit_word hpckit_owner hpckit_start hpckit_where
      [ "$hpckit_owner $hpckit_start" != "$SLURM_JOB_ID \${SLURM_RESTART_COUNT:-0}" ] || echo ended >&0
    } 2>/dev/null <>"$1"
  }
`;
