import { describe, expect, it } from "vitest";
import { parseAccounting } from "../accounting/accounting-record.js";
import { parseSlurmVersion } from "../cluster/slurm-version.js";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { accountingShiftsExitCodes } from "../outcome/exit-code.js";
import { parseQueue } from "../queue/parse-queue.js";
import { jobRecordings, recordEnd } from "../state/fixtures/job-recordings.js";
import { newTrack, observe, ownRows, type JobTrack } from "./job-track.js";
import { completePatience } from "./patience.js";

type Source = "both" | "queue" | "accounting";

/** Looks at what was recorded, until the job's end is believed or nothing more can be learnt. */
function watch(cluster: Recordings, job: string, when: string, source: Source): JobTrack {
  const reference = { id: cluster.jobs[job] ?? "", cluster: "test", submittedAtSeconds: 0 };
  const queue = source === "accounting" ? [] : ownRows(parseQueue(recorded(cluster, `squeue ${when}`).stdout, recordEnd), reference);
  const accounting = source === "queue" ? [] : ownRows(parseAccounting(recorded(cluster, `sacct ${when}`).stdout), reference);
  const exitCodesAreShifted = accountingShiftsExitCodes(parseSlurmVersion(`slurm ${cluster.version}`) ?? { major: 0, minor: 0 });
  let track = newTrack(reference);
  for (let look = 0; look < 5; look++) {
    const patience = completePatience({ accountingMs: 10_000, requeueMs: 10_000, lostMs: 1_000_000 });
    track = observe(track, reference, { queue, accounting, atMs: look * 20_000, observedAtSeconds: 1_795_000_000, answeringSinceMs: 0, accountingAnswer: source === "queue" ? "absent" : "answered", exitCodesAreShifted, users: new Map([[0, "root"], [2001, "alice"]]), patience });
  }
  return track;
}

/** What ended jobs of three versions, as the queue and accounting show it together; and by one of them alone, where that says less. */
type Expected = Readonly<Record<string, unknown>>;
interface End {
  readonly job: string;
  readonly when: string;
  readonly outcome: Expected;
  readonly queue: Expected;
  readonly accounting: Expected;
}
const end = (job: string, when: string, outcome: Expected, { queue = outcome, accounting = outcome }: { readonly queue?: Expected; readonly accounting?: Expected } = {}): End => ({ job, when, outcome, queue, accounting });

const ends: readonly End[] = [
  end("nonzero", "first", { kind: "failed", cause: "exit-code", exitCode: 3, started: true }),
  end("exit 200", "first", { kind: "failed", cause: "exit-code", exitCode: 200, exitCodeUncertain: false }, { accounting: { kind: "failed", cause: "exit-code" } }),
  end("signal", "first", { kind: "failed", cause: "signal", signal: "SIGKILL" }),
  end("output folder missing", "first", { kind: "failed", cause: "output-file", signal: undefined, started: true }),
  end("memory", "first", { kind: "out-of-memory", started: true }),
  end("memory of a step", "first", { kind: "completed", highestStepExit: { kind: "out-of-memory" } }, { queue: { kind: "completed", highestStepExit: undefined } }),
  end("step fails", "first", { kind: "completed", highestStepExit: { kind: "exit-code", exitCode: 9 } }, { queue: { kind: "completed", highestStepExit: undefined } }),
  end("cancelled running", "first", { kind: "cancelled", byUid: 2001, byUser: "alice", started: true }, { queue: { kind: "cancelled", byUid: undefined, started: true } }),
  end("cancelled by root", "first", { kind: "cancelled", byUid: 0, byUser: "root", started: true }, { queue: { kind: "cancelled", byUid: undefined } }),
  end("cancelled pending", "first", { kind: "cancelled", byUser: "alice", started: false, startedAtSeconds: undefined }, { queue: { kind: "cancelled", byUid: undefined, started: false } }),
  end("cancelled by the dependency", "first", { kind: "never-started", cause: "dependency", started: false }, { accounting: { kind: "never-started", started: false } }),
  end("preempted", "first", { kind: "preempted", started: true }),
  end("node fails", "first", { kind: "node-failure", started: true }),
  end("out of time", "out of time", { kind: "timeout", started: true }),
  end("past its deadline", "past its deadline", { kind: "deadline", started: false, startedAtSeconds: undefined }),
  end("partition down", "last", { kind: "never-started", cause: "node", started: false }),
  end("launch fails, not requeued", "last", { kind: "cancelled", byUser: "root" }, { queue: { kind: "cancelled", byUid: undefined } }),
  end("held by user", "at the end", { kind: "cancelled", byUser: "root", started: false }, { queue: { kind: "cancelled", started: false } }),
  end("het failed", "first", { kind: "failed", exitCode: 4, components: [{ component: 0, kind: "failed" }, { component: 1, kind: "failed" }] }),
  end("het held", "at the end", { kind: "cancelled", started: false, components: [{ component: 0 }, { component: 1 }, { component: 2 }] }, { accounting: { kind: "cancelled", started: false } }),
];

describe.each(jobRecordings)("outcomes on Slurm $version", (cluster) => {
  it.each(ends)("$job ($when) is $outcome.kind", ({ job, when, outcome, queue, accounting }) => {
    const together = watch(cluster, job, when, "both").outcome;
    expect(together).toMatchObject({ ...outcome, evidence: { source: "accounting" } });
    expect(watch(cluster, job, when, "queue").outcome).toMatchObject({ ...queue, evidence: { source: "controller" } });
    expect(watch(cluster, job, when, "accounting").outcome).toMatchObject({ ...accounting, evidence: { source: "accounting" } });
    expect(together?.endedAtSeconds).toBeGreaterThan(1_795_000_000);
  });

  it.each([
    ["requeued", "PENDING", 1],
    ["requeued and held", "PENDING", 1],
    ["special exit", "PENDING", 1],
    ["node fails, requeued", "PENDING", 1],
    ["suspended", "SUSPENDED", 0],
    ["runs", "RUNNING", 0],
    ["dependency never satisfied", "PENDING", 0],
    ["het held", "PENDING", 0],
  ] as const)("%s has not ended: it is %s, queued again %i times", (job, state, restarts) => {
    for (const source of ["both", "queue"] as const) {
      expect(watch(cluster, job, "first", source)).toMatchObject({ outcome: undefined, last: { state, restarts } });
    }
    expect(watch(cluster, job, "first", "accounting").outcome).toBeUndefined();
  });

  it("launch fails is held, queued again once", () => {
    expect(watch(cluster, "launch fails", "last", "both")).toMatchObject({ outcome: undefined, last: { state: "PENDING", restarts: 1, explanation: { kind: "held" } } });
  });

  it("is never completed but for jobs that completed", () => {
    const whens = ["first", "later", "last", "at the end"];
    const completed = whens.flatMap((when) => Object.keys(cluster.jobs).filter((job) => (["both", "queue", "accounting"] as const).some((source): boolean => watch(cluster, job, when, source).outcome?.kind === "completed")));
    expect(new Set(completed)).toEqual(new Set(["completed", "memory of a step", "step fails"]));
  });
});
