import { sh, TransportError, type Cancellable } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { exec } from "../command/exec.js";

const programs = ["awk", "cat", "chmod", "dd", "find", "head", "mktemp", "mv", "rm", "sed", "setsid", "sha256sum", "sort", "stat", "sync", "tar", "touch", "wc", "xargs"];

export interface CheckOptions extends Cancellable {
  readonly timeoutMs?: number | undefined;
}

/**
 * Finds out once, when connecting, whether the machine has what the guard and the scripts need: the programs, an awk that
 * tells a death by signal from an exit code, and a head that leaves what follows to others (busybox's does not). A machine
 * that would lie is refused.
 */
export async function checkTarget(source: ChannelSource, { signal, timeoutMs }: CheckOptions): Promise<void> {
  const { host } = source.target;
  const script = sh`
    for program in ${programs}; do command -v "$program" >/dev/null || echo "$program"; done
    [ "$(printf ab | { head -c 1; cat; })" = ab ] || echo 'a head that reads no more than it is told'
    kill -s KILL "$$"
  `;
  const result = await exec(source, ["/bin/sh", "-c", script.shell], { signal, timeoutMs });
  const missing = result.stdout.trim().split("\n").filter((name) => name !== "");
  if (missing.length > 0) throw new TransportError("not-supported", `${host} lacks ${missing.join(", ")}: Linux with the GNU programs is needed`, { detail: { host, missing } });
  if (result.signal !== "SIGKILL") throw new TransportError("not-supported", `${host}: its awk cannot tell how a command ended; gawk or mawk is needed`, { detail: { host } });
}
