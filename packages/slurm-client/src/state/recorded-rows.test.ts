import { describe, expect, it } from "vitest";
import { parseAccounting } from "../accounting/accounting-record.js";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { parseQueue, type QueueRow } from "../queue/parse-queue.js";
import { explainReason } from "./explain-reason.js";
import { jobRecordings, rareRecordings, reasonWordsOfSource, recordEnd } from "./fixtures/job-recordings.js";
import { notRecorded } from "./fixtures/not-recorded.js";
import { finalState, readState, stateWords, type JobState, type JobStateFlag, type JobStateName } from "./job-state.js";

const { versions, words } = reasonWordsOfSource;
const seriesOf = (version: string): string => version.split(".").slice(0, 2).join(".");

interface JsonJob {
  readonly job_state: string | readonly string[];
  readonly state_reason: string;
}
const jsonOf = (stdout: string): readonly JsonJob[] => (JSON.parse(stdout) as { readonly jobs: readonly JsonJob[] }).jobs;
const stateOf = ({ job_state }: JsonJob): JobState => readState(typeof job_state === "string" ? [job_state] : job_state);

/** A job of the recordings: what squeue shows of it, and the base state that it hides, which JSON tells from 24.11 on. */
interface Rare {
  readonly job: string;
  readonly base: JobStateName;
  readonly flag?: JobStateFlag;
  readonly hides?: JobStateName;
  readonly reason?: RegExp;
  readonly kind?: string;
}

const rare: readonly Rare[] = [
  { job: "prolog runs", base: "RUNNING", reason: /^Prolog$/, kind: "preparing" },
  { job: "prolog of the controller runs", base: "RUNNING", flag: "CONFIGURING", hides: "RUNNING" },
  { job: "node is powered up", base: "RUNNING", flag: "CONFIGURING", hides: "RUNNING" },
  { job: "node is not powered up in time", base: "NODE_FAIL", reason: /^NodeDown$/, kind: "failure" },
  { job: "nodes cannot be made ready", base: "BOOT_FAIL", reason: /^JobLaunchFailure$/, kind: "failure" },
  { job: "cleaned up before it runs again", base: "PENDING", reason: /^Cleaning$/, kind: "preparing" },
  { job: "stopped", base: "RUNNING", flag: "STOPPED", hides: "RUNNING" },
  { job: "being signalled", base: "RUNNING", flag: "SIGNALING", hides: "RUNNING" },
  { job: "completing: completed", base: "UNKNOWN", flag: "COMPLETING", hides: "COMPLETED" },
  { job: "completing: failed", base: "UNKNOWN", flag: "COMPLETING", hides: "FAILED", reason: /^NonZeroExitCode$/, kind: "ended" },
  { job: "completing: cancelled", base: "UNKNOWN", flag: "COMPLETING", hides: "CANCELLED" },
  { job: "completing: queued again", base: "UNKNOWN", flag: "COMPLETING", hides: "PENDING" },
  { job: "completing: queued again and held", base: "UNKNOWN", flag: "COMPLETING", hides: "PENDING", reason: /^job requeued in held state$/, kind: "held" },
  { job: "special exit", base: "PENDING", flag: "SPECIAL_EXIT", hides: "PENDING", reason: /^JobHeldUser$/, kind: "held" },
  { job: "requeued too often", base: "PENDING", flag: "REQUEUE_HOLD", hides: "PENDING", reason: /^launch failure limit exceeded requeued held$|^JobHoldMaxRequeue$/, kind: "held" },
  { job: "nobody uses the allocation", base: "TIMEOUT", reason: /^InactiveLimit$/, kind: "ended" },
  { job: "script lost", base: "FAILED", reason: /^SystemFailure$/, kind: "failure" },
  { job: "not its turn", base: "PENDING", reason: /^Priority$/, kind: "priority" },
  { job: "had to start at once", base: "FAILED", reason: /^SchedDefer$/, kind: "ended" },
  { job: "constraints that may be satisfied later", base: "PENDING", reason: /^Constraints$/, kind: "nodes" },
  { job: "too many nodes are powered up", base: "PENDING", reason: /^MaxPoweredUpNodes$/, kind: "nodes" },
  { job: "ports for MPI are in use", base: "PENDING", reason: /^MpiPortsBusy$/, kind: "resources" },
  { job: "reservation deleted", base: "PENDING", flag: "RESV_DEL_HOLD", hides: "PENDING", reason: /^Reservation .* was deleted$/, kind: "reservation" },
  { job: "qos not allowed", base: "PENDING", reason: /QOS not permitted/, kind: "not-allowed" },
  { job: "group not allowed", base: "PENDING", reason: /not in group permitted/, kind: "not-allowed" },
  { job: "partition config", base: "PENDING", reason: /^PartitionConfig$/, kind: "impossible" },
  { job: "account removed", base: "PENDING", reason: /^InvalidAccount$/, kind: "not-allowed" },
  { job: "files are brought in", base: "PENDING", reason: /^BurstBufferStageIn$/, kind: "preparing" },
  { job: "files are brought out", base: "UNKNOWN", flag: "STAGE_OUT", hides: "COMPLETED", reason: /^burst_buffer\/lua: Stage-out in progress$/, kind: "preparing" },
  { job: "buffer fails", base: "PENDING", reason: /^burst_buffer\/lua: /, kind: "failure" },
  { job: "buffer is full", base: "PENDING", reason: /^BurstBufferResources$/, kind: "resources" },
  { job: "qos GrpTRESMins=mem=0", base: "PENDING", reason: /^QOSGrpMemoryMinutes$/, kind: "limit" },
  { job: "account GrpTRESMins=mem=0", base: "PENDING", reason: /^AssocGrpMemMinutes$/, kind: "limit" },
  { job: "qos MinTRESPerJob=energy=100000", base: "PENDING", reason: /^QOSMinEnergy$/, kind: "limit" },
  { job: "qos MinTRESPerJob=vmem=100000", base: "PENDING", reason: /^QOSMinUnknown$/, kind: "limit" },
];

const rowsOf = (cluster: Recordings, job: string): readonly QueueRow[] => parseQueue(recorded(cluster, `squeue ${job}`).stdout, recordEnd);

describe.each(rareRecordings)("rare states and reasons of Slurm $version", (cluster) => {
  const hasBoth = !cluster.version.startsWith("22.");

  it.each(rare.filter(({ job }) => cluster.jobs[job] !== undefined))("$job: $base $flag $reason", ({ job, base, flag, hides, reason, kind }) => {
    const [row] = rowsOf(cluster, job);
    expect(row?.state).toMatchObject({ base, flags: flag === undefined ? [] : [flag] });
    if (reason !== undefined) expect(row?.reason).toMatch(reason);
    expect(explainReason(row?.reason)?.kind).toBe(kind);
    // A flag never ends a job.
    if (flag !== undefined && row !== undefined) expect(finalState(row.state)).toBeUndefined();
    const [json] = jsonOf(recorded(cluster, `json ${job}`).stdout).map(stateOf);
    if (hasBoth && flag !== undefined) {
      expect(json?.base).toBe(hides);
      expect(json?.flags).toContain(flag);
    }
  });

  it("a job that was queued again, or lost nodes, has a record of accounting for each run", () => {
    const states = (job: string): readonly string[] => parseAccounting(recorded(cluster, `sacct ${job}`).stdout).flatMap(({ state }) => state.flags);
    expect(states("queued again")).toContain("REQUEUED");
    expect(states("shrunk")).toContain("RESIZING");
  });

  it("are recorded for every row of the tables, or it is said why not", () => {
    const seen = seenOn(cluster);
    const named = (word: string): boolean => notRecorded.some(({ words: which, series }) => which.test(word) && series?.includes(seriesOf(cluster.version)) !== false);
    expect(rowsOn(cluster.version).filter((word) => !seen.has(word) && !named(word))).toEqual([]);
  });

  it("are not said to be unrecorded where they are recorded", () => {
    const seen = seenOn(cluster);
    const wrong = notRecorded.flatMap(({ words: which, series }) => (series?.includes(seriesOf(cluster.version)) === false ? [] : [...seen].filter((word) => which.test(word))));
    expect(wrong).toEqual([]);
  });
});

/** All words of states, and those for reasons that a version has. */
function rowsOn(version: string): readonly string[] {
  const at = versions.findLastIndex((each) => seriesOf(each) <= seriesOf(version));
  const has = ([first, last]: readonly [string, string]): boolean => versions.indexOf(first) <= at && versions.indexOf(last) >= at;
  return [...stateWords, ...Object.keys(words).filter((word) => has(words[word] ?? ["", ""]))];
}

/** All words of states and reasons in what a version said. */
function seenOn({ version }: Recordings): ReadonlySet<string> {
  const seen = new Set<string>();
  const see = (state: JobState, reason = ""): void => {
    for (const word of [state.base, ...state.flags, /^[A-Za-z]+/.exec(reason)?.[0] ?? ""]) seen.add(word);
  };
  for (const { what, stdout } of [...jobRecordings, ...rareRecordings].filter((each) => each.version === version).flatMap(({ recordings }) => recordings)) {
    if (what.startsWith("squeue")) for (const { state, reason } of parseQueue(stdout, recordEnd)) see(state, reason);
    else if (what.startsWith("sacct")) for (const { state, reason } of parseAccounting(stdout)) see(state, reason);
    else for (const job of jsonOf(stdout)) see(stateOf(job), job.state_reason);
  }
  return seen;
}
