import type { Scenario } from "../scenario.js";
import type { Stage } from "../stage.js";
import { hooked } from "./surroundings.js";
import { running } from "./waits.js";

/** The job has ended, or is queued again, while the site's epilog goes on. */
const completing = (name: string, bring: Scenario["bring"]): Scenario => hooked("epilog", "sleep 6", { name: `completing: ${name}`, shows: /^COMPLETING/, bring });

async function runsAnd(stage: Stage, order: string): Promise<string> {
  const id = await running(stage, await stage.submit());
  await stage.root(`${order} ${id}`);
  return id;
}

/** `slurm_requeue` with the flag that nodes could not be made ready: no program of Slurm's sends it. @see slurm/slurm.h, JOB_RECONFIG_FAIL */
const failToReconfigure = (id: string): string => `python3 - <<'END'
import ctypes, glob
slurm = ctypes.CDLL(glob.glob("/usr/lib/*/slurm*/libslurmfull.so")[0], mode=ctypes.RTLD_GLOBAL)
slurm.slurm_init(None)
slurm.slurm_requeue(ctypes.c_uint32(${id}), ctypes.c_uint32(1 << 17))
END`;

export const ending: readonly Scenario[] = [
  completing("completed", async ({ submit }) => submit([], "true")),
  completing("failed", async ({ submit }) => submit([], "exit 3")),
  completing("cancelled", async (stage) => runsAnd(stage, "scancel")),
  completing("queued again", async (stage) => runsAnd(stage, "scontrol requeue")),
  completing("queued again and held", async (stage) => runsAnd(stage, "scontrol requeuehold")),
  completing("special exit", async (stage) => runsAnd(stage, "scontrol requeuehold State=SpecialExit")),
  { name: "queued again", shows: /REQUEUED/, in: "accounting", bring: async (stage) => runsAnd(stage, "scontrol requeue") },
  { name: "special exit", shows: /^SPECIAL_EXIT/, bring: async ({ submit }) => submit(["--requeue"], "exit 43") },
  {
    name: "nodes cannot be made ready",
    shows: /^BOOT_FAIL/,
    async bring(stage: Stage): Promise<string> {
      const id = await running(stage, await stage.submit(["--no-requeue"]));
      await stage.root(failToReconfigure(id));
      return id;
    },
  },
  {
    name: "nobody uses the allocation",
    shows: /InactiveLimit/,
    within: 150,
    async bring({ cluster, root }: Stage): Promise<string> {
      await cluster.exec(["sh", "-c", "setsid --fork salloc --time=5 --mem=20M --job-name=idle sleep 600 >/dev/null 2>&1 </dev/null"], { as: "alice" });
      const id = (await root("until squeue -h --name=idle -t R | grep -q .; do sleep 0.1; done; squeue -h --name=idle -o %A")).trim();
      await root("kill -KILL $(pgrep -x salloc -u alice)");
      return id;
    },
  },
  {
    name: "script lost",
    shows: /^FAILED SystemFailure/,
    async bring({ cluster, root, submit }: Stage): Promise<string> {
      const id = await submit(["--hold"]);
      await cluster.stopDaemon("slurmctld");
      await root(`rm -r /var/lib/slurm/slurmctld/hash.*/job.${id}`);
      await cluster.startDaemon("slurmctld");
      return id;
    },
  },
];
