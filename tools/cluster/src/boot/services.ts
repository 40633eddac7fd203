import { setTimeout as sleep } from "node:timers/promises";
import { NODES, type NodeName } from "../config/slurm-conf.js";
import type { ClusterPorts } from "../host/ports.js";
import { REST_USER } from "../people.js";
import { enter, enterChecked } from "./enter.js";

/** The daemons of a cluster, started one by one: each function resolves once its service answers. */

const RUN_FOLDERS = `set -eu
install -d -o munge -g munge -m 0755 /run/munge
install -d -o munge -g munge -m 0700 /var/log/munge /var/lib/munge
install -d -o mysql -g mysql -m 0755 /run/mysqld
# slurmdbd looks where its client library was built to look: Debian sid moved it.
ln -s mysqld /run/mariadbd
install -d -o slurm -g slurm -m 0755 /var/log/slurm /var/lib/slurm/slurmctld
install -d -m 0755 /run/sshd /run/lock /var/lib/slurm/slurmd
install -d -o ${REST_USER.user} -m 0755 /run/slurmrestd
setpriv --reuid=munge --regid=munge --init-groups munged
/usr/sbin/sshd
cron
`;

/** munged, sshd and cron. */
export async function startBase(pid: number, signal?: AbortSignal): Promise<void> {
  await enterChecked(pid, ["sh", "-c", RUN_FOLDERS], signal ? { signal } : {});
}

export async function startDatabase(pid: number, signal?: AbortSignal): Promise<void> {
  await startDetached(pid, "mariadbd", "/var/log/mariadb.log");
  await waitUntil("MariaDB", pid, ["mariadb-admin", "--silent", "ping"], "/var/log/mariadb.log", signal);
}

export async function startAccounting(pid: number, signal?: AbortSignal): Promise<void> {
  await enterChecked(pid, ["slurmdbd"]);
  await waitUntil("slurmdbd", pid, ["sacctmgr", "-n", "list", "cluster"], "/var/log/slurm/slurmdbd.log", signal);
}

export async function startController(pid: number, signal?: AbortSignal): Promise<void> {
  await enterChecked(pid, ["slurmctld"]);
  await waitUntil("slurmctld", pid, ["sh", "-c", "scontrol ping | grep -q 'UP$\\|is UP'"], "/var/log/slurm/slurmctld.log", signal);
}

/** Starts slurmd for the node `$1`, with a disk of its own under /local. All else of the file system the nodes share. */
export const START_NODE = `install -d -m 1777 "/var/lib/slurm/local/$1" /local
unshare --mount --propagation slave sh -c 'mount --bind "/var/lib/slurm/local/$1" /local && exec slurmd -N "$1"' sh "$1"
`;

/** Starts slurmd for some nodes and waits until the controller may use them. */
export async function startNodes(pid: number, nodes: readonly NodeName[] = NODES, signal?: AbortSignal): Promise<void> {
  for (const node of nodes) await enterChecked(pid, ["sh", "-c", START_NODE, "sh", node]);
  await waitForNodes(pid, nodes, signal);
}

/** Waits until the controller may use nodes whose slurmd was started. */
export async function waitForNodes(pid: number, nodes: readonly NodeName[], signal?: AbortSignal): Promise<void> {
  const ready = `test "$(sinfo -h -N -p standard -n ${nodes.join(",")} -o '%N %t' | grep -c -E ' (idle|mix|alloc)$')" = ${nodes.length}`;
  await waitUntil(`slurmd on ${nodes.join(", ")}`, pid, ["sh", "-c", ready], "/var/log/slurm/slurmctld.log", signal);
}

/** slurmrestd on the loopback address, for those who bring a token (`scontrol token`). */
export async function startRest(pid: number, ports: ClusterPorts, signal?: AbortSignal): Promise<void> {
  const address = `127.0.0.1:${ports.slurmrestd}`;
  const log = "/var/log/slurm/slurmrestd.log";
  await enterChecked(pid, ["install", "-o", REST_USER.user, "-m", "0644", "/dev/null", log]);
  // SLURM_JWT=daemon: it has no munge credential of a user, and passes each caller's token on.
  await startDetached(pid, `exec setpriv --reuid=${REST_USER.user} --regid=${REST_USER.user} --clear-groups slurmrestd -a rest_auth/jwt ${address}`, log, {
    SLURM_JWT: "daemon",
  });
  const answers = `exec 3<>/dev/tcp/127.0.0.1/${ports.slurmrestd}`;
  await waitUntil("slurmrestd", pid, ["bash", "-c", answers], log, signal);
}

/** In the background of the cluster, with nothing of the caller's kept open. */
async function startDetached(pid: number, command: string, log: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  await enterChecked(pid, ["setsid", "--fork", "sh", "-c", `exec </dev/null >>${log} 2>&1; ${command}`], { env });
}

/** Waits until a probe succeeds; after a minute fails with the end of a log. */
export async function waitUntil(service: string, pid: number, probe: readonly string[], log: string, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const attempt = await enter(pid, probe, signal ? { signal } : {});
    if (attempt.exitCode === 0) return;
    if (performance.now() > deadline) {
      const { stdout } = await enter(pid, ["tail", "-n", "30", log]);
      throw new Error(`${service} does not answer after 60 s: ${attempt.stderr}${attempt.stdout}\n${log}:\n${stdout}`);
    }
    await sleep(50, undefined, signal && { signal });
  }
}
