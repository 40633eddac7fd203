import { lines, raw, sh, type ShellExpression } from "@hpckit/core";
import { refuse, sayGroup, sayStart, surround, type Surroundings } from "./command-script.js";
import { octets } from "./octets.js";

export interface BatchScriptInput extends Surroundings {
  readonly token: string;
  readonly commands: readonly (readonly string[])[];
  /** Whether a command runs only if all before it have exited with 0. */
  readonly stopAtFailure: boolean;
}

/**
 * The script that runs commands one after the other, for no more than a process each.
 *
 * A shell tells a death by signal 9 and `exit 137` by the same number; what tells them apart is that it says `Killed` on its
 * own standard error, which is therefore a file here that no command gets. Of SIGINT and SIGPIPE shells say nothing: the
 * statuses 130 and 141 are told as `unknown`, and so is every status above 128 of a shell that never says anything.
 */
export const renderBatchScript = ({ token, commands, stopAtFailure, cwd, env }: BatchScriptInput): ShellExpression => sh`
  {
  ${lines(
    sh`exec </dev/null`,
    openListeningFile(token),
    sayGroup,
    ...surround(token, { cwd, env }),
    defineNext(token, stopAtFailure),
    sayStart(token),
    sh`exec >&5 2>&6 3<&- 5>&- 6>&- 7>&-`,
    ...commands.map((argv) => sh`( exec ${argv.map(octets)} ) 2>&4 4>&-; hpckit_next "$?"`),
  )}
  exit 0
  }
`;

/** Without a name: only the shell's own words come into it. */
const openListeningFile = (token: string): ShellExpression => sh`
  hpckit_file=$(mktemp) && exec 6>>"$hpckit_file" || ${refuse(token, "input")}
  rm -f -- "$hpckit_file"
`;

/** In awk's numbers, see `command-end.ts`; on both outputs, because they arrive independently of each other. */
const defineNext = (token: string, stopAtFailure: boolean): ShellExpression => sh`
  hpckit_next() {
    hpckit_end=$1
    if [ "$hpckit_end" -gt 128 ]; then hpckit_classify; fi
    echo ${token}" next $hpckit_end"
    echo ${token}" next $hpckit_end" >&4
    ${stopAtFailure ? sh`[ "$1" -eq 0 ] || exit 0` : raw(":")}
  }
  hpckit_classify() {
    if [ -s /proc/self/fd/2 ]; then
      hpckit_end=$((hpckit_end + 128))
    elif [ "$hpckit_end" -eq 130 ] || [ "$hpckit_end" -eq 141 ]; then
      hpckit_end=unknown
    else
      # An exit code, if this shell would have said something of a signal.
      ( exec sh -c 'kill -s KILL "$$"' )
      [ -s /proc/self/fd/2 ] || hpckit_end=unknown
    fi
    : >/proc/self/fd/2
  }
`;
