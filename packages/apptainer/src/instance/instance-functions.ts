import { sh, type ShellExpression } from "@hpckit/core";

/** The variable by which an instance carries what it was started with: a digest, and its job behind a colon. */
export const instanceMark = "HPCKIT_INSTANCE";

/**
 * Functions of the shell over the engine's books: one file for each instance, under the name of its machine.
 * - `hpckit_book NAME`: sets `hpckit_pid` and `hpckit_parent` from its file here, if there is one;
 * - `hpckit_alive NAME`: whether that process is the instance's. A PID may have gone to another process: its parent is the
 *   engine's monitor, which carries the name in its command line, and ends when it ends.
 * @see Apptainer 1.4.5, internal/pkg/instance: `app/HOST/USER/NAME/NAME.json`
 */
export const instanceFunctions: ShellExpression = sh`
  hpckit_host=$(uname -n)
  hpckit_user=$(id -un)
  hpckit_books=\${APPTAINER_CONFIGDIR:-$HOME/.apptainer}/instances
  hpckit_book() {
    hpckit_pid= hpckit_parent=
    hpckit_file=$hpckit_books/app/$hpckit_host/$hpckit_user/$1/$1.json
    [ -r "$hpckit_file" ] || return 1
    hpckit_pid=$(sed -n 's/^{"pid":\([0-9][0-9]*\),.*/\1/p' "$hpckit_file")
    hpckit_parent=$(sed -n 's/^{"pid":[0-9]*,"ppid":\([0-9][0-9]*\),.*/\1/p' "$hpckit_file")
    [ -n "$hpckit_pid" ] && [ -n "$hpckit_parent" ]
  }
  hpckit_alive() {
    hpckit_stat=$(cat "/proc/$hpckit_pid/stat" 2>/dev/null) || return 1
    set -- "$1" \${hpckit_stat##*) }
    if [ "$2" = Z ] || [ "$3" != "$hpckit_parent" ]; then return 1; fi
    hpckit_ticks=\${21}
    case $(tr '\0' ' ' < "/proc/$hpckit_parent/cmdline" 2>/dev/null) in
      *"instance: $hpckit_user [$1]"*) return 0 ;;
    esac
    return 1
  }
`;
