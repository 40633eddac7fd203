import { OptionsError } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import type { SlurmBackend } from "../backend/slurm-backend.js";
import { scriptedContext, submittedAt } from "../fixtures/scripted-slurm.js";
import type { ListFilter } from "../jobs/job-filter.js";
import type { JobSummary } from "../jobs/job-summary.js";
import type { IndexRanges } from "../queue/index-ranges.js";
import { parseState } from "../state/job-state.js";
import { targetId } from "./job-action.js";
import { findJobsWhere, type FoundJobs, type OrderFilter } from "./jobs-where.js";
import type { ControlReply } from "./parse-control-reply.js";

interface Ground {
  readonly found: FoundJobs;
  readonly asked: ListFilter[];
  /** What Slurm was told. */
  readonly told: string[];
}

function ground(filter: OrderFilter, rows: readonly Partial<JobSummary>[], reply: ControlReply = { kind: "done", refused: [] }, running: readonly { readonly id: string; readonly tasks: IndexRanges }[] = []): Ground {
  const asked: ListFilter[] = [];
  const told: string[] = [];
  const context = scriptedContext(scriptedTransport(() => ({})));
  const backend: SlurmBackend = {
    ...context.backend,
    list: (given) => {
      asked.push(given);
      return Promise.resolve(rows.map((row) => ({ id: "7", submittedAtSeconds: submittedAt, ...row }) as JobSummary));
    },
    queue: () => Promise.resolve(running.map(({ id, tasks }) => ({ jobId: id, tasks, component: undefined, state: parseState("RUNNING"), exitCode: "0:0", elapsedSeconds: 1, restarts: 0, reason: undefined, nodes: "c1", submittedAtSeconds: submittedAt, startedAtSeconds: submittedAt }))),
    control: (action, targets) => {
      told.push(...targets.map((target) => `${action.kind} ${targetId(target)}`));
      return Promise.resolve(targets.map(() => reply));
    },
  };
  return { asked, told, found: findJobsWhere({ ...context, backend }, filter, () => undefined) };
}

describe("orders for the jobs that a filter finds", () => {
  it("are for the user's own, in the states in which they mean something", async () => {
    const { asked, found } = ground({ names: ["x"] }, []);
    for (const order of [found.cancel(), found.hold(), found.requeue()]) expect(await order).toEqual([]);
    expect(asked).toEqual([undefined, ["PENDING"], ["RUNNING", "SUSPENDED"]].map((states) => ({ names: ["x"], states, mine: true })));
    for (const [filter, mine] of [[{ users: ["bob"] }, undefined], [{ mine: false }, false], [{ mine: true, users: ["bob"] }, true]] as const) {
      const other = ground(filter, []);
      await other.found.hold();
      expect(other.asked).toMatchObject([{ mine }]);
    }
    const chosen = ground({ states: ["SUSPENDED"] }, []);
    await chosen.found.hold();
    expect(chosen.asked).toEqual([{ states: ["SUSPENDED"], mine: true }]);
  });

  it("are given by id: tasks that wait together by one, a heterogeneous job by its first component", async () => {
    const { told, found } = ground({ mine: true }, [{}, { id: "8", tasks: [{ first: 3, last: 5 }, { first: 9, last: 9 }] }, { id: "8", tasks: [{ first: 1, last: 1 }] }, { id: "9", component: 0 }, { id: "9", component: 1 }]);
    expect((await found.cancel({ dryRun: true })).map(({ kind }) => kind)).toEqual(["planned", "planned", "planned", "planned"]);
    expect(told).toEqual([]);
    expect((await found.cancel()).map(({ job, kind }) => [job.id, kind])).toEqual([["7", "done"], ["8", "done"], ["8", "done"], ["9", "done"]]);
    expect(told).toEqual(["cancel 7", "cancel 8_[3-5,9]", "cancel 8_1", "cancel 9"]);
  });

  it("queue again no task that was not found", async () => {
    const { told, found } = ground({ ids: ["8"], states: ["PENDING", "RUNNING"] }, [{ id: "8", tasks: [{ first: 5, last: 9 }] }], undefined, [
      { id: "8", tasks: [{ first: 3, last: 3 }] },
      { id: "8", tasks: [{ first: 6, last: 7 }] },
    ]);
    await found.requeue();
    expect(told).toEqual(["requeue 8_6", "requeue 8_7"]);
  });

  it("find ended what has gone since it was listed", async () => {
    const { found } = ground({ mine: true }, [{}], { kind: "refused", problem: "not-found", message: "Invalid job id specified" });
    expect(await found.cancel()).toMatchObject([{ kind: "ended" }]);
  });

  it.each([[{}, "says nothing"], [{ states: "all" }, "name the states"], [{ name: ["x"] }, 'did you mean "names"?']])("are refused for %j", (filter, message) => {
    expect(() => ground(filter as OrderFilter, [])).toThrow(OptionsError);
    expect(() => ground(filter as OrderFilter, [])).toThrow(message);
  });
});
