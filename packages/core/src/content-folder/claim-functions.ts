import { sh } from "../shell/sh.js";
import type { ShellExpression } from "../shell/word.js";

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
      echo "hpckit: who was making it ($hpckit_owner) has died; beginning again"
      if [ "$(cat -- "$hpckit_claim/owner" 2>/dev/null || :)" = "$hpckit_owner" ] && mv -- "$hpckit_claim" "$hpckit_folder/.hpckit/broken-claim" 2>/dev/null; then rm -rf -- "$hpckit_folder/.hpckit/broken-claim"; fi
      hpckit_seen=
    else
      sleep 1
    fi
  done
  (
    trap - EXIT HUP INT TERM
    hpckit_count=0
    while kill -0 $$ 2>/dev/null && echo "$hpckit_count" > "$hpckit_claim/beat"; do
      hpckit_count=$((hpckit_count + 1))
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
