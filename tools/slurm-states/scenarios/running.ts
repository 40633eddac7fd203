import type { Scenario } from "../scenario.js";
import type { Stage } from "../stage.js";
import { running } from "./waits.js";

const signalSlurmd = (signal: string) => async ({ root }: Stage): Promise<unknown> => root(`kill -${signal} "$(cat /run/slurmd-c4.pid)"`);

/** Tells the controller that c4 was powered down, though it was not: it waits for a start that does not come. */
const powerDown = "scontrol update nodename=c4 state=power_down_force; until scontrol show node c4 | grep -q POWERED_DOWN; do sleep 0.2; done";

async function restart({ cluster }: Stage): Promise<void> {
  await cluster.killNode("c4");
  await cluster.restoreNode("c4");
}

export const beingStarted: readonly Scenario[] = [
  {
    name: "prolog runs",
    shows: / Prolog$/,
    async bring({ hook, submit }: Stage): Promise<string> {
      await hook("prolog", "sleep 5");
      return submit();
    },
    undo: async ({ hook }) => hook("prolog"),
  },
  {
    name: "prolog of the controller runs",
    shows: /^CONFIGURING/,
    async bring({ hook, submit }: Stage): Promise<string> {
      await hook("controller-prolog", "sleep 5");
      return submit();
    },
    undo: async ({ hook }) => hook("controller-prolog"),
  },
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
  {
    name: "cleaned up before it runs again",
    shows: /^PENDING Cleaning/,
    async bring(stage: Stage): Promise<string> {
      await stage.hook("controller-prolog", "sleep 10");
      const id = await stage.submit(["--requeue"]);
      await stage.root(`until squeue -h -j ${id} -o %T | grep -q CONFIGURING; do sleep 0.1; done; scontrol requeue ${id}; sleep 1; scontrol update jobid=${id} StartTime=now`);
      return id;
    },
    undo: async ({ hook }) => hook("controller-prolog"),
  },
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
