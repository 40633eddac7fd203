import { sh, type ShellExpression } from "@hpckit/core";

/**
 * Who gives the signs of life ends within a second of the job, however that ends: proctrack/linuxproc does not know it any more, and would leave it. A pipe
 * would tell it sooner, but the command takes the script's place: it would get the descriptor, and so would all that it leaves running. Where `timeout` or
 * `tail --pid` is missing it ends when its next sign is due.
 */
export const givingSignsOfLife = (heartbeatSeconds: number): ShellExpression => sh`
  # Until the next sign of life is due, or the job has ended: tail looks each second. Where it is no GNU tail it sleeps.
  hpckit_pause() {
    timeout ${heartbeatSeconds} tail -f --pid="$$" /dev/null
    [ "$?" -eq 124 ] || ! kill -0 "$$" || sleep ${heartbeatSeconds}
  }
  # A sign of life, by a process that the command does not know as its child; it ends the command if a later start has taken over.
  hpckit_beat() {
    trap '' HUP INT USR1 USR2
    # Heard, and not ignored: timeout ends tail by it.
    trap : TERM
    while hpckit_pause; kill -0 "$$"; do
      # A fence that cannot be read just now says nothing of another.
      hpckit_read || continue
      [ "$hpckit_owner $hpckit_start" = "$hpckit_id $hpckit_restarts" ] || { kill "$$"; exit; }
      touch -c "$hpckit_fence"
    done
  }
  # In a shell of its own: one that redirects a function keeps the output open.
  ( (hpckit_beat) </dev/null >/dev/null 2>&1 & )
`;
