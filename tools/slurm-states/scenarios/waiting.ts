import type { Scenario } from "../scenario.js";
import type { Stage } from "../stage.js";
import { configured, hooked, powerDown } from "./surroundings.js";
import { inState, running } from "./waits.js";

const wholeCluster = ["--nodes=4", "--exclusive"];

/** A partition of its own, into which the job has come before it is closed to it. */
const closedPartition = (name: string, shows: RegExp, close: string, options = ["--begin=now+4"]): Scenario => ({
  name,
  shows,
  async bring({ root, submit }: Stage): Promise<string> {
    await root("scontrol create partitionname=closing nodes=c1 maxtime=60");
    const id = await submit(["--partition=closing", ...options]);
    await root(`scontrol update partitionname=closing ${close}`);
    return id;
  },
  undo: async ({ root }) => root("scontrol delete partitionname=closing"),
});

/** Waits in a reservation for a node that is in use, until that ends. */
async function reserved(stage: Stage): Promise<string> {
  await running(stage, await stage.submit(["--nodelist=c1", "--exclusive"]));
  await stage.root("scontrol create reservation reservationname=short starttime=now endtime=now+12 nodes=c1 users=alice flags=ignore_jobs");
  return stage.submit(["--reservation=short"]);
}

export const waiting: readonly Scenario[] = [
  {
    name: "not its turn",
    shows: /^PENDING Priority/,
    async bring(stage: Stage): Promise<string> {
      await running(stage, await stage.submit(wholeCluster));
      await inState(stage, await stage.submit(wholeCluster), /;Resources/);
      return stage.submit(wholeCluster);
    },
  },
  configured(["SchedulerParameters=defer"], {
    name: "had to start at once",
    shows: /SchedDefer/,
    async bring({ cluster, root }: Stage): Promise<string> {
      await cluster.exec(["salloc", "--immediate", "--time=5", "--mem=20M", "--job-name=now", "true"], { as: "alice" });
      return (await root("squeue -h --states=all --name=now -o %A")).trim();
    },
  }),
  configured(["SchedulerParameters=sched_interval=1,bf_interval=1,extra_constraints"], {
    name: "constraints that may be satisfied later",
    since: "24.11",
    shows: /^PENDING Constraints/,
    bring: async ({ submit }) => submit(["--extra=rack=9"]),
  }),
  configured(["SlurmctldParameters=enable_stepmgr", "PrologFlags=Alloc,Contain"], {
    name: "ports for MPI are in use",
    since: "24.11",
    shows: /^PENDING MpiPortsBusy/,
    async bring(stage: Stage): Promise<string> {
      const ports = ["--stepmgr", "--resv-ports=2", "--nodelist=c1"];
      await running(stage, await stage.submit(ports));
      return stage.submit(ports);
    },
  }),
  { name: "reservation deleted", shows: /deleted/i, within: 60, bring: reserved },
  closedPartition("qos not allowed", /QOS not permitted|QOSNotAllowed/, "AllowQos=low"),
  closedPartition("group not allowed", /group permitted|AccountNotAllowed/, "AllowGroups=root"),
  closedPartition("partition config", /^PENDING PartitionConfig/, "MaxCPUsPerNode=0", ["--nodes=1-2", "--begin=now+3"]),
  {
    name: "account removed",
    shows: /^PENDING InvalidAccount/,
    async bring({ root, submit }: Stage): Promise<string> {
      await root("sacctmgr -i add account closing && sacctmgr -i add user alice account=closing && sleep 1");
      const id = await submit(["--account=closing", "--begin=now+60"]);
      await root("sacctmgr -i delete user alice account=closing");
      return id;
    },
    undo: async ({ root }) => root("sacctmgr -i delete account closing"),
  },
  configured(["MaxBatchRequeue=1"], hooked("prolog", "exit 1", {
    name: "requeued too often",
    since: "24.11",
    shows: /JobHoldMaxRequeue|launch failure limit/,
    bring: async ({ submit }) => submit(["--requeue", "--nodelist=c3"]),
    undo: async ({ root }) => root("scontrol update nodename=c3 state=resume"),
  })),
  configured(["SlurmctldParameters=max_powered_nodes=1"], {
    name: "too many nodes are powered up",
    since: "24.11",
    shows: /^PENDING MaxPoweredUpNodes/,
    async bring({ root, submit }: Stage): Promise<string> {
      await root(powerDown);
      return submit(["--nodelist=c4"]);
    },
  }),
];
