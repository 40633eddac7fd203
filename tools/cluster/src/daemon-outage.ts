import { enterChecked } from "./boot/enter.js";
import { startAccounting, startController } from "./boot/services.js";

/** Daemons without which the nodes and their jobs go on. */
export const OUTAGE_DAEMONS = ["slurmctld", "slurmdbd"] as const;
export type OutageDaemon = (typeof OUTAGE_DAEMONS)[number];

/** By its file, as a sibling cluster has a controller of its own. Ends when the process is gone, so that nothing answers any more. */
const STOP = `file=/run/$1.pid
[ -e "$file" ] || exit 0
read -r pid < "$file"
kill "-$2" "$pid" 2>/dev/null || exit 0
while kill -0 "$pid" 2>/dev/null; do
  case $(ps -o stat= -p "$pid") in Z*) break ;; esac
  sleep 0.05
done
rm -f "$file"
`;

const RUNS = 'if [ -e "/run/$1.pid" ] && read -r pid < "/run/$1.pid" && kill -0 "$pid" 2>/dev/null; then echo yes; fi';

/**
 * Ends a daemon, as an administrator does, or with `KILL` as a crash does; it stays away until it is started. Does nothing to one that
 * is away.
 */
export async function stopDaemon(pid: number, daemon: OutageDaemon, signal: "TERM" | "KILL" = "TERM"): Promise<void> {
  await enterChecked(pid, ["sh", "-c", STOP, "sh", daemon, signal]);
}

/** Starts a daemon that was stopped, and waits until it answers. */
export async function startDaemon(pid: number, daemon: OutageDaemon): Promise<void> {
  const runs = await enterChecked(pid, ["sh", "-c", RUNS, "sh", daemon]);
  if (runs !== "") return;
  await (daemon === "slurmctld" ? startController(pid) : startAccounting(pid));
}
