import { lines, sh } from "../shell/sh.js";
import { raw, type ShellExpression, type Word } from "../shell/word.js";
import type { ScriptFragment } from "./launch.js";

const forwarded = { HUP: 1, INT: 2, USR1: 10, USR2: 12, TERM: 15 } as const;

/**
 * Runs a command as a child, so that something can happen after it however it ends.
 *
 * dash runs no EXIT trap on SIGTERM, and bash runs one while the child still lives. So signals are caught, handed to
 * the child, and the child is waited for; a signal that comes during the setup ends the script. A non-interactive
 * shell gives a background child an empty stdin, hence the copy of it.
 */
export function renderSupervised(start: ShellExpression, argv: readonly Word[], teardown: readonly ScriptFragment[]): ShellExpression {
  return lines(
    sh`
      hpckit_child=
      hpckit_leave() {
        hpckit_status=$?
        trap '' HUP INT USR1 USR2 TERM
        trap - EXIT
        set +e
    `,
    ...teardown.map((fragment) => raw(`(\n${fragment.shell}\n)`)),
    sh`
        exit "$hpckit_status"
      }
      hpckit_forward() {
        [ -n "$hpckit_child" ] || exit "$((128 + $2))"
        kill -s "$1" "$hpckit_child" 2>/dev/null || :
      }
      trap hpckit_leave EXIT
    `,
    ...Object.entries(forwarded).map(([name, number]) => sh`trap ${`hpckit_forward ${name} ${number}`} ${name}`),
    start,
    sh`
      exec 9<&0
      ${argv} <&9 9<&- &
      hpckit_child=$!
      hpckit_status=0
      wait "$hpckit_child" || hpckit_status=$?
      while [ "$hpckit_status" -gt 128 ] && kill -0 "$hpckit_child" 2>/dev/null; do
        hpckit_status=0
        wait "$hpckit_child" || hpckit_status=$?
      done
      exit "$hpckit_status"
    `,
  );
}
