import type { Scenario } from "../scenario.js";
import type { Stage } from "../stage.js";
import { hooked, powerDown } from "./surroundings.js";
import { running } from "./waits.js";

const signalSlurmd = (signal: string) => async ({ root }: Stage): Promise<unknown> => root(`kill -${signal} "$(cat /run/slurmd-c4.pid)"`);

async function restart({ cluster }: Stage): Promise<void> {
  await cluster.killNode("c4");
  await cluster.restoreNode("c4");
}

export const beingStarted: readonly Scenario[] = [
  hooked("prolog", "sleep 5", { name: "prolog runs", shows: / Prolog$/, bring: async ({ submit }) => submit() }),
  hooked("controller-prolog", "sleep 5", { name: "prolog of the controller runs", shows: /^CONFIGURING/, bring: async ({ submit }) => submit() }),
  {
    name: "node is powered up",
    shows: /^CONFIGURING/,
    async bring({ root, submit }: Stage): Promise<string> {
      await root(powerDown);
      return submit(["--nodelist=c4"]);
    },
    undo: restart,
  },
  {
    name: "node is not powered up in time",
    shows: /^(?:NODE_FAIL|BOOT_FAIL)/,
    within: 90,
    async bring({ root, submit }: Stage): Promise<string> {
      await root(powerDown);
      return submit(["--nodelist=c4", "--no-requeue"]);
    },
    undo: restart,
  },
  hooked("controller-prolog", "sleep 10", {
    name: "cleaned up before it runs again",
    shows: /^PENDING Cleaning/,
    async bring(stage: Stage): Promise<string> {
      const id = await stage.submit(["--requeue"]);
      await stage.root(`until squeue -h -j ${id} -o %T | grep -q CONFIGURING; do sleep 0.1; done; scontrol requeue ${id}; sleep 1; scontrol update jobid=${id} StartTime=now`);
      return id;
    },
  }),
];

export const whileRunning: readonly Scenario[] = [
  {
    name: "stopped",
    shows: /^STOPPED/,
    async bring(stage: Stage): Promise<string> {
      const id = await running(stage, await stage.submit());
      await stage.root(`scancel --signal=STOP ${id}`);
      return id;
    },
  },
  {
    name: "being signalled",
    shows: /^SIGNALING/,
    async bring(stage: Stage): Promise<string> {
      const id = await running(stage, await stage.submit(["--nodelist=c4"]));
      await signalSlurmd("STOP")(stage);
      await stage.root(`scancel --signal=STOP ${id}`);
      return id;
    },
    undo: signalSlurmd("CONT"),
  },
  {
    name: "shrunk",
    shows: /RESIZING/,
    in: "accounting",
    async bring(stage: Stage): Promise<string> {
      const id = await running(stage, await stage.submit(["--nodes=2"]));
      await stage.root(`scontrol update jobid=${id} NumNodes=1`);
      return id;
    },
  },
];
