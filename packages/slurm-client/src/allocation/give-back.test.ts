import { AbortedError, TransportError } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { SlurmError } from "../error/slurm-error.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import type { Job } from "../job/job.js";
import type { Outcome } from "../outcome/outcome.js";
import { allocate } from "./create-allocation.js";

const reference = { id: "12", cluster: "test", submittedAtSeconds: 1 };
const lost = new TransportError("connection-lost", "the connection was lost");

/** Allocates where the job that was submitted does as it is told. */
async function allocated({ events, cancel }: { readonly events: () => AsyncIterable<never>; readonly cancel: () => Promise<void> }): Promise<unknown> {
  const done = (): Promise<Outcome> => Promise.resolve({ kind: "never-started" } as Outcome);
  const job = { id: "12", events, cancel, done, toJSON: () => reference } as unknown as Job;
  const context = { ...scriptedContext(scriptedTransport(() => ({}))), submit: () => Promise.resolve(job), onTrouble: () => undefined };
  return allocate(context, { time: "1h" }).catch((error: unknown) => error);
}

const failing = (error: Error) => (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) });
const ending = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }) });

describe("an allocation that its caller does not get", () => {
  it.each<[string, Error, object]>([
    ["because the connection was lost", lost, { code: "allocation-failed", retryable: true, cause: lost }],
    ["because what Slurm says cannot be read", new SlurmError("output", "no list of nodes"), { code: "allocation-failed", retryable: false }],
    ["because it was given up", new AbortedError("aborted", { cause: "enough" }), { code: "aborted", cause: "enough" }],
  ])("%s is cancelled", async (_, error, shown) => {
    let cancelled = 0;
    const cancel = (): Promise<void> => {
      cancelled++;
      return Promise.resolve();
    };
    const found = await allocated({ events: failing(error), cancel });
    expect(cancelled).toBe(1);
    expect(found).toMatchObject({ ...shown, detail: { job: reference, cancelled: true }, message: expect.stringContaining("allocation 12 was cancelled") as string });
  });

  it("and cannot be cancelled is named", async () => {
    expect(await allocated({ events: failing(lost), cancel: () => Promise.reject(lost) })).toMatchObject({ detail: { job: reference, cancelled: false }, message: expect.stringContaining("cancel job 12") as string });
  });

  it("because it has ended is not cancelled", async () => {
    const found = await allocated({ events: ending, cancel: () => Promise.reject(new Error("not asked")) });
    expect(found).toMatchObject({ code: "allocation-ended", detail: { kind: "never-started" } });
  });
});
