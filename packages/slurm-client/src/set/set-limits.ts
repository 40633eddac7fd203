import { HpckitError, type Cancellable } from "@hpckit/core";
import type { CheckKnowledge } from "../check/check-knowledge.js";
import { placeJob, type CheckedJob } from "../check/checked-job.js";
import { findBounds } from "../check/limit-bounds.js";
import type { ClusterTopic } from "../inspect/survey.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { JobSpec } from "../spec/job-spec.js";
import type { RequestCaps } from "./grow-request.js";

/** How many tasks may be queued. */
export interface SubmitRoom {
  /** Now; `Infinity` where nothing is known to bound it. Slurm decides. */
  readonly free: number;
  /** At most, ever. */
  readonly most: number;
  /** What bounds it, e.g. `MaxSubmitJobsPerUser 20 of QOS small`. */
  readonly limit: string | undefined;
}

export const endlessRoom: SubmitRoom = { free: Infinity, most: Infinity, limit: undefined };

type Topic = ClusterTopic & ("partitions" | "nodes" | "qos" | "associations" | "limitUsage");

/** Asks for what limits the tasks of a set, in one round trip. What the cluster does not say bounds nothing here. */
export async function askLimits({ backend, facts, transport }: SlurmContext, topics: readonly Topic[], options: Cancellable = {}): Promise<CheckKnowledge> {
  const { enforces } = facts.capabilities.accounting;
  const wanted = facts.accounting && enforces.includes("limits") ? topics : topics.filter((topic) => topic === "partitions" || topic === "nodes");
  const survey = wanted.length === 0 ? {} : await backend.survey(wanted, options);
  const known = Object.fromEntries(Object.entries(survey).filter(([, answer]) => !(answer instanceof HpckitError)));
  return {
    partitions: facts.partitions,
    ...known,
    nowSeconds: 0,
    version: facts.version,
    user: transport.target.user,
    uid: facts.uid,
    groups: facts.groups,
    maxArraySize: facts.maxArraySize,
    enforcePartLimits: facts.capabilities.enforcePartLimits,
    enforces,
  };
}

export const roomTopics: readonly Topic[] = ["qos", "associations", "limitUsage"];
export const capTopics: readonly Topic[] = ["partitions", "nodes", "qos", "associations"];

/** Finds how many tasks of a spec may be queued, by limits on submitted jobs. Pure. */
export function findRoom(spec: JobSpec, knowledge: CheckKnowledge): SubmitRoom {
  const bounds = findBounds(placeJob(spec, knowledge), knowledge).filter(({ kind }) => kind === "submitted");
  return bounds.reduce<SubmitRoom>((room, { name, owner, value, used = 0 }) => {
    const free = Math.max(0, value - used);
    return { free: Math.min(room.free, free), most: Math.min(room.most, value), limit: free < room.free || room.limit === undefined ? `${name} ${value} of ${owner}` : room.limit };
  }, endlessRoom);
}

/** Finds how much one task may ask for at most: of its partitions, their nodes, and the QOS and association. Pure. */
export function findCaps(spec: JobSpec, knowledge: CheckKnowledge): RequestCaps {
  const job = placeJob(spec, knowledge);
  const { partitions, demand } = job;
  // With ALL every partition must take it.
  const among = (values: readonly number[]): number => (values.length === 0 ? Infinity : knowledge.enforcePartLimits === "ALL" ? Math.min(...values) : Math.max(...values));
  const perNode = Math.min(among(partitions.map(({ name, maxMemoryPerNodeBytes }) => Math.min(maxMemoryPerNodeBytes, largestNode(name, knowledge)))), boundOf(job, knowledge, "MaxTRESPerNode", "mem"), boundOf(job, knowledge, "MaxTRESPerJob", "mem") / demand.nodes);
  const asked = askedMemory(spec);
  return {
    // What is asked for each CPU or GPU is on each node so many times.
    memoryBytes: asked === undefined || demand.memoryPerNodeBytes === undefined ? perNode : Math.floor((perNode * asked) / demand.memoryPerNodeBytes),
    timeSeconds: Math.min(among(partitions.map(({ maxTimeSeconds }) => maxTimeSeconds)), boundOf(job, knowledge, "MaxWall")),
  };
}

function largestNode(partition: string, { nodes }: CheckKnowledge): number {
  const own = (nodes ?? []).filter((node) => node.partitions.includes(partition)).map(({ memoryBytes }) => memoryBytes);
  return own.length === 0 ? Infinity : Math.max(...own);
}

/** Memory is counted in megabytes of 2^20 bytes. */
const boundOf = (job: CheckedJob, knowledge: CheckKnowledge, name: string, resource?: "mem"): number =>
  findBounds(job, knowledge)
    .filter((bound) => bound.kind === "job-maximum" && bound.name === name && bound.resource === resource)
    .reduce((least, { value }) => Math.min(least, resource === undefined ? value : value * 1024 ** 2), Infinity);

/** What a spec asks for, whichever way it does; undefined where it leaves that to Slurm, or wants all. */
export const askedMemory = ({ memory, memoryPerCpu, memoryPerGpu }: JobSpec): number | undefined => (memory === "all" ? undefined : (memory ?? memoryPerCpu ?? memoryPerGpu)?.bytes);
