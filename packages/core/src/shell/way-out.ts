import { lines, sh } from "./sh.js";
import type { ShellExpression } from "./word.js";

/**
 * Lets a script leave in one way, however it ends but by KILL: at its end, by `exit`, by a signal, or because nobody reads any more what it
 * prints. The status stays what it was; `leave` finds it in `hpckit_status`.
 *
 * dash runs no EXIT trap on a signal, so each becomes an `exit`. PIPE is among them: who started the script may be gone, and the shell's own
 * words ("Terminated") are enough to die of it. On the way out it is ignored.
 */
export const wayOut = (leave: ShellExpression): ShellExpression =>
  lines(
    sh`
      hpckit_leave() {
        hpckit_status=$?
        trap '' HUP INT PIPE TERM
        trap - EXIT
        set +e
    `,
    leave,
    sh`
        exit "$hpckit_status"
      }
      trap hpckit_leave EXIT
      trap 'exit 129' HUP
      trap 'exit 130' INT
      trap 'exit 141' PIPE
      trap 'exit 143' TERM
    `,
  );
