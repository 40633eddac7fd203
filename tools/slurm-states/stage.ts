import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster/src/index.js";
import { hooksFolder, type Hook } from "./site.js";

/** What scenarios do on a cluster. */
export interface Stage {
  readonly cluster: Cluster;
  /** Queues a job as alice: it sleeps unless a script is given. Returns its id. */
  readonly submit: (options?: readonly string[], script?: string) => Promise<string>;
  /** Runs shell as root, and waits for it. What fails, fails the scenario. */
  readonly root: (shell: string) => Promise<string>;
  /** What a script of the site does from now on; nothing unless told. */
  readonly hook: (name: Hook, shell?: string) => Promise<void>;
  /** Changes settings of slurm.conf (`Key=` drops one), and starts the controller again. @returns what takes that back. */
  readonly configure: (lines: readonly string[]) => Promise<() => Promise<void>>;
}

export function openStage(cluster: Cluster): Stage {
  const root: Stage["root"] = async (shell) => {
    const { exitCode, stdout, stderr } = await cluster.exec(["bash", "-c", shell]);
    if (exitCode !== 0) throw new Error(`${shell} ended with ${exitCode}: ${stderr}${stdout}`);
    return stdout;
  };
  const restart = async (): Promise<void> => {
    await cluster.stopDaemon("slurmctld");
    await cluster.startDaemon("slurmctld");
    await root("for look in $(seq 100); do [ $(sinfo -h -N -p standard -o %t | grep -cE '^(idle|mix|alloc)~?$') != 4 ] || break; sleep 0.1; done");
  };
  return {
    cluster,
    root,
    async submit(options = [], script = "sleep 600") {
      const argv = ["sbatch", "--parsable", "--chdir=/tmp", "--output=/dev/null", "--mem=20M", "--time=5", ...options];
      const { stdout, stderr } = await cluster.exec(argv, { as: "alice", input: `#!/bin/sh\n${script}\n` });
      if (!/^\d+/.test(stdout)) throw new Error(`sbatch ${options.join(" ")}: ${stderr}`);
      return stdout.trim();
    },
    async hook(name, shell = "") {
      await cluster.exec(["sh", "-c", `cat > ${hooksFolder}/${name}.new && mv ${hooksFolder}/${name}.new ${hooksFolder}/${name}`], { input: `${shell}\n` });
    },
    async configure(lines) {
      await root("cp -p /etc/slurm/slurm.conf /etc/slurm/slurm.conf.before");
      const takeBack = async (): Promise<void> => {
        await root("cp -p /etc/slurm/slurm.conf.before /etc/slurm/slurm.conf");
        await restart();
      };
      for (const line of lines) await root(`sed -i '/^${line.split("=")[0]}=/d' /etc/slurm/slurm.conf${line.endsWith("=") ? "" : ` && echo '${line}' >> /etc/slurm/slurm.conf`}`);
      await restart();
      return takeBack;
    },
  };
}

/** Asks until an answer will do. @returns undefined if none did in time. */
export async function until<Answer>(ask: () => Promise<Answer>, willDo: (answer: Answer) => boolean, seconds: number): Promise<Answer | undefined> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (willDo(answer)) return answer;
    await sleep(50);
  }
  return undefined;
}
