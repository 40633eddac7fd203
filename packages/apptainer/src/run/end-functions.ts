import { sh, type ShellExpression } from "@hpckit/core";

/**
 * Functions of the shell over the processes of one container, which have a user namespace or a PID namespace in common that
 * is not the host's. Both names were taken while it lived, into `hpckit_users` and `hpckit_pids`; one that is empty, or the
 * host's own, means nothing: a setuid engine makes no user namespace.
 * - `hpckit_members`: its processes, the engine's own and those behind its FUSE mounts included;
 * - `hpckit_gone TENTHS`: waits so long for their end;
 * - `hpckit_kill`: ends them by KILL.
 */
export const endFunctions: ShellExpression = sh`
  hpckit_members() {
    for hpckit_process in /proc/[0-9]*; do
      [ -O "$hpckit_process" ] || continue
      hpckit_its=$(readlink "$hpckit_process/ns/user" 2>/dev/null) || continue
      if [ -n "$hpckit_users" ] && [ "$hpckit_its" = "$hpckit_users" ] && [ "$hpckit_users" != "$(readlink /proc/self/ns/user)" ]; then echo "\${hpckit_process#/proc/}"; continue; fi
      hpckit_its=$(readlink "$hpckit_process/ns/pid" 2>/dev/null) || continue
      if [ -n "$hpckit_pids" ] && [ "$hpckit_its" = "$hpckit_pids" ] && [ "$hpckit_pids" != "$(readlink /proc/self/ns/pid)" ]; then echo "\${hpckit_process#/proc/}"; fi
    done
  }
  hpckit_gone() {
    hpckit_left=$1
    while [ -n "$(hpckit_members)" ]; do
      if [ "$hpckit_left" -eq 0 ]; then return 1; fi
      hpckit_left=$((hpckit_left - 1))
      sleep 0.1
    done
  }
  hpckit_kill() { for hpckit_member in $(hpckit_members); do kill -s KILL "$hpckit_member" 2>/dev/null; done; }
`;
