import { randomBytes } from "node:crypto";
import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll } from "vitest";
import { testCluster } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import type { Series } from "../../../tools/cluster/src/index.js";
import { connectSlurm, type ConnectSlurmOptions, type Slurm } from "../src/index.js";

/** Partitions, QOS, an account and reservations with limits, under names of this run alone; taken away at the end. */
export interface SiteUnderTest extends AsyncDisposable {
  /** Begins the names of all that belongs to this run. */
  readonly prefix: string;
  /** Sets the longest time of one of its partitions. */
  readonly setMaxTime: (partition: string, maxTime: string) => Promise<void>;
}

/** The site of a file's tests, and a connection to it. */
export interface Surroundings {
  readonly site: SiteUnderTest;
  readonly login: Transport;
  readonly slurm: Slurm;
}

/** Sets a site up before all tests, and takes it away after them. */
export function surroundings(series: Series, options: ConnectSlurmOptions = {}): Surroundings {
  let found: Surroundings | undefined;
  beforeAll(async () => {
    const site = await setUpSite(series);
    const login = await signIn(series);
    found = { site, login, slurm: await connectSlurm(login, options) };
  });
  afterAll(async () => {
    await found?.login[Symbol.asyncDispose]();
    await found?.site[Symbol.asyncDispose]();
  });
  const ready = (): Surroundings => {
    if (found === undefined) throw new Error("the site is not set up");
    return found;
  };
  return {
    get site() {
      return ready().site;
    },
    get login() {
      return ready().login;
    },
    get slurm() {
      return ready().slurm;
    },
  };
}

/** The windows begin so far ahead that no job of another test is in their way. */
export const windowHours = 20;

async function setUpSite(series: Series): Promise<SiteUnderTest> {
  const cluster = await testCluster(series);
  const prefix = `t${randomBytes(3).toString("hex")}`;
  const run = async (script: string): Promise<void> => {
    const { exitCode, stdout, stderr } = await cluster.exec(["sh", "-c", `set -u; p=${prefix}; ${script}`]);
    if (exitCode !== 0) throw new Error(`the site could not be set up: ${stderr}${stdout}`);
  };
  const takeAway = `
    squeue --noheader --account=$p-acct --format=%A | xargs -r scancel
    for partition in closed down drain hidden lean limited others spread; do scontrol delete partitionname=$p-$partition; done
    for reservation in maint team; do scontrol delete reservationname=$p-$reservation; done
    sacctmgr -iQ delete user alice account=$p-acct; sacctmgr -iQ delete account $p-acct
    sacctmgr -iQ modify user alice set qos-=$p-tight,$p-lax,$p-few,$p-over; sacctmgr -iQ delete qos $p-tight $p-lax $p-few $p-over
    true`;
  try {
    await run(`
      set -e
      scontrol create partition=$p-closed nodes=c1 allowaccounts=hydrology
      scontrol create partition=$p-down nodes=c1 state=down
      scontrol create partition=$p-drain nodes=c1 state=drain
      scontrol create partition=$p-limited nodes=c[1-2] maxnodes=1 maxcpuspernode=16 maxmempernode=2048 allowqos=normal maxtime=01:00:00
      scontrol create partition=$p-lean nodes=c1 maxmempercpu=100
      scontrol create partition=$p-spread nodes=c[3-4] lln=yes
      scontrol create partition=$p-hidden nodes=c1 hidden=yes
      scontrol create partition=$p-others nodes=c1 allowgroups=bob
      sacctmgr -iQ add qos $p-few MaxSubmitJobsPerUser=6
      sacctmgr -iQ add qos $p-tight MaxTRESPerJob=cpu=4,gres/gpu=1 MaxTRESPerNode=cpu=3 MinTRESPerJob=cpu=2 MaxTRESPerUser=cpu=8 MaxWall=02:00:00 MaxTRESMins=cpu=60 Flags=DenyOnLimit
      sacctmgr -iQ add qos $p-lax MaxTRESPerJob=cpu=4 MaxWall=01:00:00 MaxJobsPerUser=1 MaxSubmitJobsPerUser=2 GrpTRES=gres/gpu=2
      sacctmgr -iQ add qos $p-over Flags=PartitionTimeLimit
      sacctmgr -iQ modify user alice set qos+=$p-tight,$p-lax,$p-few,$p-over
      sacctmgr -iQ add account $p-acct parent=root GrpTRES=cpu=8 MaxWall=03:00:00 GrpTRESMins=cpu=600 qos=normal defaultqos=normal
      sacctmgr -iQ add user alice account=$p-acct
      scontrol create reservation reservationname=$p-maint starttime=now+${windowHours}hours duration=60 flags=maint,ignore_jobs nodes=c[3-4] users=root
      scontrol create reservation reservationname=$p-team starttime=now+${windowHours}hours duration=30 flags=ignore_jobs nodes=c1 users=alice`);
  } catch (error) {
    await run(takeAway);
    throw error;
  }
  return { prefix, setMaxTime: (partition, maxTime) => run(`scontrol update partitionname=$p-${partition} maxtime=${maxTime}`), [Symbol.asyncDispose]: () => run(takeAway) };
}
