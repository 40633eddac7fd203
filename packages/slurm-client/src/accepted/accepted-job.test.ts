import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { scriptedContext, submittedAt } from "../fixtures/scripted-slurm.js";
import type { JobRecord, JobSummary } from "../jobs/job-summary.js";
import { findAccepted, type AcceptedJob } from "./accepted-job.js";

const row = { id: "7", submittedAtSeconds: submittedAt, partition: "standard", resources: { cpu: 1 }, requested: { cpu: 3 }, nodeCount: 1, cpuCount: 1 } as unknown as JobRecord;

/** What is found where the queue and accounting have these rows, and what was asked. */
async function find(queued: readonly Partial<JobSummary>[], recorded: readonly Partial<JobRecord>[] = []): Promise<{ readonly accepted: AcceptedJob | undefined; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const answer = <Row>(what: string, rows: readonly Partial<Row>[], usual: Row) => () => {
    asked.push(what);
    return Promise.resolve(rows.map((each) => ({ ...usual, ...each })));
  };
  const context = scriptedContext(scriptedTransport(() => ({})));
  const backend = { ...context.backend, list: answer<JobSummary>("queue", queued, row), history: answer("accounting", recorded, row) };
  return { accepted: await findAccepted({ ...context, backend }, { id: "7", cluster: "test", submittedAtSeconds: submittedAt }), asked };
}

describe("what Slurm made of a job", () => {
  it("is told of each component, in order, by one question", async () => {
    const { accepted, asked } = await find([{ component: 1, partition: "dev" }, { component: 0 }, { component: 2, partition: "long" }]);
    expect(accepted).toMatchObject({ partition: "standard", source: "queue", components: [{ component: 0, partition: "standard" }, { component: 1, partition: "dev" }, { component: 2, partition: "long" }] });
    expect(asked).toEqual(["queue"]);
  });

  it("has no components where it is not heterogeneous", async () => {
    expect((await find([{}])).accepted?.components).toBeUndefined();
  });

  it("is what accounting has of one that left the queue", async () => {
    const { accepted, asked } = await find([], [{ component: 1, cpuCount: 2 }, { component: 0 }]);
    expect(accepted).toMatchObject({ source: "accounting", cpuCount: 1, components: [{ cpuCount: 1 }, { cpuCount: 2 }] });
    expect(asked).toEqual(["queue", "accounting"]);
    expect((await find([])).accepted).toBeUndefined();
  });

  it("is no count of nothing where it has never run", async () => {
    expect((await find([], [{ resources: {}, cpuCount: 0, nodeCount: 0 }])).accepted).toMatchObject({ cpuCount: undefined, nodeCount: undefined, resources: { cpu: 3 } });
  });
});
