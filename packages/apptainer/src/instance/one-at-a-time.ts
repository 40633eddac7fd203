import { fragment, lines, sh, type Launch, type ShellExpression } from "@hpckit/core";
import { instanceFunctions } from "./instance-functions.js";

/** The status of a start that found the instance there. */
export const alreadyThere = 80;
/** The status of one that could not claim the name. @see sysexits.h, EX_CANTCREAT */
const notClaimed = 73;

/**
 * Of two starts at once the engine may let both run and forget one (1.4.5). So one waits for the other, by a link beside the books that
 * names the process behind it, and then finds the instance there.
 */
export const oneAtATime = (launch: Launch, name: string): Launch => ({
  ...launch,
  setup: [fragment(lines(instanceFunctions, claimFunctions, claim(name))), ...launch.setup],
  teardown: [...launch.teardown, fragment(release)],
});

/**
 * A process is named with its start time: after a restart of the machine its PID may be another one's for ever. Whose owner has died is
 * taken away by one waiter alone, and only while it is still that owner's: else it could be the next one's.
 */
const claimFunctions: ShellExpression = sh`
  hpckit_born() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }
  hpckit_lives() {
    hpckit_rest=\${1#process-}
    hpckit_ticks=$(hpckit_born "\${hpckit_rest%-*}")
    [ -n "$hpckit_ticks" ] && [ "$hpckit_ticks" = "\${hpckit_rest##*-}" ]
  }
  hpckit_bury() {
    ln -s "$hpckit_me" "$hpckit_claim-$1" 2>/dev/null || return 0
    if [ "$(readlink -- "$hpckit_claim")" = "$1" ]; then rm -f -- "$hpckit_claim"; fi
    rm -f -- "$hpckit_claim-$1"
  }
`;

const claim = (name: string): ShellExpression => sh`
  hpckit_me=process-$$-$(hpckit_born $$)
  hpckit_claim=$hpckit_books/hpckit-$hpckit_host-${name}.start
  hpckit_tries=0
  mkdir -p -- "$hpckit_books"
  until ln -s "$hpckit_me" "$hpckit_claim" 2>/dev/null; do
    hpckit_owner=$(readlink -- "$hpckit_claim" || :)
    if [ -n "$hpckit_owner" ] && hpckit_lives "$hpckit_owner"; then
      hpckit_tries=0
    else
      hpckit_tries=$((hpckit_tries + 1))
      if [ "$hpckit_tries" -gt 25 ]; then
        printf 'hpckit: %s could not be made: look at the quota and the mode of its folder, and remove what is left there under this name\n' "$hpckit_claim" >&2
        exit ${notClaimed}
      fi
      if [ -n "$hpckit_owner" ]; then hpckit_bury "$hpckit_owner"; fi
    fi
    sleep 0.2
  done
  if hpckit_book ${name} && hpckit_alive ${name}; then exit ${alreadyThere}; fi
`;

const release = sh`if [ -n "\${hpckit_me-}" ] && [ "$(readlink -- "$hpckit_claim")" = "$hpckit_me" ]; then rm -f -- "$hpckit_claim"; fi`;
