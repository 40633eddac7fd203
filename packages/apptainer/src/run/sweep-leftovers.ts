import { lines, OutputUnreadableError, requireTransport, sh, type Cancellable, type ShellExpression, type Transport } from "@hpckit/core";
import { endFunctions } from "./end-functions.js";

/** A process that a killed engine left behind: it served an image to a container that is gone. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/**
 * Ends what engines that were killed by KILL have left on a machine: their FUSE processes, which go on for ever.
 *
 * Guarantees: only processes of this account are touched, and of these only a FUSE program that serves a container's root,
 * whose engine is gone, and with whose user namespace no other process lives: a container that still runs is never hurt.
 * @returns what was ended.
 */
export async function sweepLeftovers(on: Transport, options: Cancellable = {}): Promise<readonly Leftover[]> {
  requireTransport(on, "sweepLeftovers");
  const { stdout } = await on.exec(["sh", "-c", renderSweep().shell], { signal: options.signal, check: true });
  return stdout.split("\n").filter((line) => line !== "").map((line) => {
    const [, pid, command = ""] = /^ended (\d+) (.*)$/.exec(line) ?? [];
    if (pid === undefined) throw new OutputUnreadableError("sweep of leftovers", "a line that is no report", line);
    return { pid: Number(pid), command };
  });
}

/** An engine that starts or ends may be without its container for a moment, so what is found is looked at twice. */
const renderSweep = (): ShellExpression =>
  lines(
    endFunctions,
    sh`
      hpckit_pids=
      hpckit_is_left() {
        hpckit_command=$(tr '\0\n' '  ' < "/proc/$1/cmdline" 2>/dev/null)
        case $hpckit_command in *squashfuse*/mnt/session/* | *fuse-overlayfs*/mnt/session/* | *fuse2fs*/mnt/session/* | *gocryptfs*/mnt/session/*) ;; *) return 1 ;; esac
        hpckit_users=$(readlink "/proc/$1/ns/user") || return 1
        for hpckit_other in $(hpckit_members); do
          case $(tr '\0\n' '  ' < "/proc/$hpckit_other/cmdline" 2>/dev/null) in *squashfuse* | *fuse-overlayfs* | *fuse2fs* | *gocryptfs*) ;; *) return 1 ;; esac
        done
        [ -n "$(hpckit_members)" ]
      }
      hpckit_found=
      for hpckit_process in /proc/[0-9]*; do
        [ -O "$hpckit_process" ] || continue
        hpckit_each=\${hpckit_process#/proc/}
        if hpckit_is_left "$hpckit_each"; then hpckit_found="$hpckit_found $hpckit_each"; fi
      done
      if [ -n "$hpckit_found" ]; then sleep 2; fi
      for hpckit_each in $hpckit_found; do
        if hpckit_is_left "$hpckit_each" && kill -s KILL "$hpckit_each"; then printf 'ended %s %s\n' "$hpckit_each" "$hpckit_command"; fi
      done
    `,
  );
