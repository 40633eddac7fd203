import { sh } from "../shell/sh.js";
import type { ShellExpression } from "../shell/word.js";
import { contentFolderExit } from "./content-folder.js";

/**
 * Who a process is, and whether another one is seen to be dead: same machine, same process namespace, no such process, and
 * the machine shows the processes of others.
 */
export const processFunctions: ShellExpression = sh`
  hpckit_place="$(uname -n) $(readlink /proc/self/ns/pid || echo -)"
  hpckit_me="$hpckit_place $$"
  hpckit_dead() {
    case $1 in
      "$hpckit_place "*) [ -d /proc/1 ] && [ ! -d "/proc/\${1##* }" ] ;;
      *) false ;;
    esac
  }
`;

/**
 * Takes away the claim of a dead one, for the next try. It is moved aside within the root, which needs no more than write access to
 * that: the claim may be another account's, whose next prune removes what is left. Where a sticky bit forbids it, the script ends and says so.
 */
const breakClaim: ShellExpression = sh`
  hpckit_broken=0
  hpckit_stuck=0
  hpckit_is_still_claimed() {
    [ "$(cat -- "$hpckit_claim/owner" 2>/dev/null || :)" = "$hpckit_owner" ]
  }
  hpckit_break() {
    hpckit_is_still_claimed || return 0
    hpckit_broken=$((hpckit_broken + 1))
    hpckit_away=$hpckit_root/.pruned-claim-$hpckit_mine-$hpckit_broken
    if mv -- "$hpckit_claim" "$hpckit_away" 2>/dev/null; then
      echo "hpckit: who was making it ($hpckit_owner) has died; beginning again"
      rm -rf -- "$hpckit_away" 2>/dev/null || :
      return 0
    fi
    hpckit_is_still_claimed || return 0
    hpckit_stuck=$((hpckit_stuck + 1))
    if [ "$hpckit_stuck" -lt 5 ]; then return 1; fi
    echo "ERROR: $hpckit_claim was left by one that died ($hpckit_owner), and this account may not take it away: remove it"
    exit ${contentFolderExit.rootNotWritable}
  }
`;

/**
 * Waits until the claim of a name is this process's own, and keeps it by a beat every two seconds. It only spares work: what
 * is made lies in its maker's own folder and is published once, so a claim that is broken wrongly harms nobody.
 *
 * A claim is broken where its owner is seen to be dead, or has not stirred for a minute of the waiter's own time; never
 * because of its age, since clocks of two machines are not compared.
 * @param ended - runs before each wait: leaves the script if somebody else has made it meanwhile.
 */
export const renderClaim = (ended: ShellExpression): ShellExpression => sh`
  hpckit_seen=
  hpckit_still=0
  hpckit_take() {
    mkdir -- "$hpckit_claim" 2>/dev/null || return 1
    if printf '%s\n' "$hpckit_me" 2>/dev/null > "$hpckit_claim/owner"; then return 0; fi
    if [ ! -d "$hpckit_claim" ]; then return 1; fi # a waiter has moved it away, who took it for that of the dead one before
    rm -rf -- "$hpckit_claim"
    exit 1
  }
  ${breakClaim}
  until hpckit_take; do
    ${ended}
    hpckit_owner=$(cat -- "$hpckit_claim/owner" 2>/dev/null || :)
    hpckit_stir="$hpckit_owner $(cat -- "$hpckit_claim/beat" 2>/dev/null || :)"
    if [ "$hpckit_stir" = "$hpckit_seen" ]; then
      hpckit_still=$((hpckit_still + 1))
    else
      if [ -z "$hpckit_seen" ]; then echo "hpckit: somebody else is making it ($hpckit_owner); waiting"; fi
      hpckit_seen=$hpckit_stir
      hpckit_still=0
    fi
    if hpckit_dead "$hpckit_owner" || [ "$hpckit_still" -ge 60 ]; then
      if hpckit_break; then hpckit_seen=; else sleep 1; fi
    else
      sleep 1
    fi
  done
  (
    trap - EXIT HUP INT PIPE TERM
    hpckit_count=0
    while kill -0 $$ 2>/dev/null && echo "$hpckit_count" > "$hpckit_claim/beat"; do
      hpckit_count=$((hpckit_count + 1))
      touch -c -- "$hpckit_folder/.hpckit" # a prune sees that it is being made
      sleep 2
    done
  ) </dev/null >/dev/null 2>&1 &
  hpckit_beat=$!
`;

/** Gives the claim back, if it is still this process's own. */
export const releaseClaim: ShellExpression = sh`
  if [ -n "$hpckit_beat" ]; then kill "$hpckit_beat" 2>/dev/null; fi
  if [ "$(cat -- "$hpckit_claim/owner" 2>/dev/null)" = "$hpckit_me" ]; then rm -rf -- "$hpckit_claim"; fi
`;
