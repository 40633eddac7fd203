import { lines, sh } from "../shell/sh.js";
import { raw, type ShellExpression, type Word } from "../shell/word.js";
import type { ScriptFragment } from "./launch.js";

/** Each signal with its number, and what the command gets: a shell starts background children with INT ignored. */
const forwarded = [
  ["HUP", 1, "HUP"],
  ["INT", 2, "TERM"],
  ["USR1", 10, "USR1"],
  ["USR2", 12, "USR2"],
  ["TERM", 15, "TERM"],
] as const;

/**
 * Shell that starts a command as a child and waits for its end, whatever signals the script traps meanwhile. A trap sets
 * `hpckit_interrupted`, and finds the child in `hpckit_child`; the child's status is in `hpckit_status` afterwards.
 *
 * A non-interactive shell gives a background child an empty stdin, hence the copy of it. A signal that came while the child
 * was being started, and is named in `hpckit_signal`, is handed over afterwards. A `wait` that a signal interrupts has the
 * signal's status, which says nothing about the child. So it is asked again, also where the child is gone meanwhile: the
 * shell has kept its status. 127 is the answer of one that has told it already.
 *
 * dash says "Terminated" of a child that a signal ended: nobody asked for it, and who has lost its reader would die of it.
 *
 * A trap must start nothing in the background as long as `hpckit_child` is empty: the child would be taken for that.
 * @param started - runs once the child is known.
 */
export const runChild = (argv: readonly Word[], started: ShellExpression = raw(":")): ShellExpression => sh`
  exec 9<&0
  ${argv} <&9 9<&- &
  hpckit_child=$!
  ${started}
  [ -z "$hpckit_signal" ] || kill -s "$hpckit_signal" "$hpckit_child" 2>/dev/null || :
  hpckit_status=0
  wait "$hpckit_child" 2>/dev/null || hpckit_status=$?
  while [ -n "$hpckit_interrupted" ] && [ "$hpckit_status" -gt 128 ]; do
    hpckit_interrupted= hpckit_again=0
    wait "$hpckit_child" 2>/dev/null || hpckit_again=$?
    [ "$hpckit_again" -ne 127 ] || break
    hpckit_status=$hpckit_again
  done
`;

/**
 * Runs a command as a child, so that something can happen after it however it ends.
 *
 * dash runs no EXIT trap on SIGTERM, and bash runs one while the child still lives. So signals are caught, handed to
 * the child, and the child is waited for; a signal that comes during the setup ends the script, and one that comes
 * while the child is being started is handed over afterwards. Who reads what it prints may be gone by then: PIPE ends
 * the script in the same way, and no teardown dies of its own words.
 */
export function renderSupervised(start: ShellExpression, argv: readonly Word[], teardown: readonly ScriptFragment[]): ShellExpression {
  return lines(
    sh`
      hpckit_starting= hpckit_child= hpckit_signal= hpckit_interrupted=
      hpckit_leave() {
        hpckit_status=$?
        trap '' HUP INT PIPE USR1 USR2 TERM
        trap - EXIT
        set +e
    `,
    ...teardown.map((fragment) => raw(`(\n${fragment.shell}\n)`)),
    sh`
        exit "$hpckit_status"
      }
      hpckit_forward() {
        hpckit_signal=$1 hpckit_interrupted=1
        [ -n "$hpckit_starting" ] || exit "$((128 + $2))"
        [ -z "$hpckit_child" ] || kill -s "$1" "$hpckit_child" 2>/dev/null || :
      }
      trap hpckit_leave EXIT
      trap 'exit 141' PIPE
    `,
    ...forwarded.map(([name, number, handed]) => sh`trap ${`hpckit_forward ${handed} ${number}`} ${name}`),
    start,
    raw("hpckit_starting=1"),
    runChild(argv),
    sh`exit "$hpckit_status"`,
  );
}
