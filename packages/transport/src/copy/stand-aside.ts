import { sh, type ShellExpression, type Word } from "@hpckit/core";

/** Where {@link makeAside} has opened the folder, whatever is put in its place meanwhile. */
export const aside = "/dev/fd/8/.";

/**
 * Makes a folder over there that is closed to all others, as {@link makeOwnFolder} does here, and opens it: who may write to the folder above it
 * can rename it, and put a link there that leads elsewhere. Leaves `umask 077`. Calls `fail`.
 */
export const makeAside = (name: Word): ShellExpression => sh`
  umask 077
  mkdir -- ${name} && exec 8<${name} || fail
  if [ ! -O ${aside} ]; then
    { [ "$(id -u)" != 0 ] && chmod 0700 ${aside} 2>/dev/null; } || case $(stat -c %u ${aside}) in 0 | 65534) ;; *) keep=1; fail "hpckit: astray: what was made aside was replaced at once" ;; esac
  fi
`;

/** Also what stands in folders that are closed to their owner. */
const remove = sh`
  rm -rf --one-file-system -- "$1" || {
    find "$1" -type d ! -perm -u=rwx -exec chmod u+rwx -- "{}" ";"
    rm -rf --one-file-system -- "$1"
  }
`;

/**
 * A word to a connection that is gone must not end the script before it has cleaned up. What is empty is not worth being kept. A large folder takes
 * longer to be removed than the guard leaves to what it ends, so that is done in a session of its own; who can, waits for it.
 */
export const cleanUpWhenFailing = (part: Word): ShellExpression => sh`
  keep=
  fail() {
    if [ -z "$keep" ] || [ ! -s ${part} ]; then
      setsid /bin/sh -c ${remove.shell} sh ${part} >/dev/null 2>&1 3<&- 4>&- 5>&- 7>&- 8<&- &
      wait "$!"
    fi
    if [ "$#" -gt 0 ]; then echo "$*" >&2; fi
    exit 1
  }
  trap 'fail "hpckit: ended by a signal"' TERM HUP INT
  trap '' PIPE
`;
