import { describe, expect, it } from "vitest";
import type { AccountingRecord } from "../accounting/accounting-record.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { parseState } from "../state/job-state.js";
import type { Decision } from "./decide-claims.js";
import { judgeClaims, type JobEvidence } from "./judge-claims.js";

const row = (state: string, changes: object = {}): QueueRow & AccountingRecord => ({ jobId: "7", state: parseState(state), submittedAtSeconds: 1000, ...changes }) as unknown as QueueRow & AccountingRecord;
const job: Decision = { kind: "job", id: "7", submittedAtSeconds: 1000, attempt: undefined };
const free: Decision = { kind: "free", attempt: 2 };
const open = { kind: "open" } as Decision;
const mark = { mark: "hpckit:aa", nonce: "0a", id: "7", submittedAtSeconds: 1000 };
const nothing: JobEvidence = { queue: [], accounting: [], marked: [] };

describe("the records of a key", () => {
  it.each<[string, Decision, Partial<JobEvidence>, string | undefined]>([
    ["that nobody knows the end of", open, {}, "open"],
    ["that gave no job", free, {}, undefined],
    ["that gave no job, though one of its mark is queued", free, { marked: [mark] }, "not-ended"],
    ["whose job runs", job, { queue: [row("RUNNING")], marked: [mark] }, "not-ended"],
    ["whose job has ended, by the queue", job, { queue: [row("COMPLETED")], marked: [mark] }, undefined],
    ["whose job has ended, by accounting", job, { accounting: [row("CANCELLED by 2001")] }, undefined],
    ["whose job comes back", job, { queue: [row("REQUEUED")] }, "not-ended"],
    ["one of whose tasks waits", job, { queue: [row("COMPLETED"), row("PENDING")] }, "not-ended"],
    ["whose job has ended while another of its mark waits", job, { accounting: [row("COMPLETED")], marked: [{ ...mark, id: "8" }] }, "not-ended"],
    ["whose job nobody knows", job, {}, "unknown-job"],
    ["whose id was an older job's", job, { accounting: [row("COMPLETED", { submittedAtSeconds: 1 })] }, "unknown-job"],
    ["whose state has no name yet", job, { accounting: [row("SOMETHING_NEW")] }, "not-ended"],
  ])("%s", (_, decision, evidence, because) => {
    expect(judgeClaims(decision, { ...nothing, ...evidence }, "keep")).toBe(because);
  });

  it("whose job nobody knows goes where that was asked for", () => {
    expect(judgeClaims(job, nothing, "forget")).toBeUndefined();
    expect(judgeClaims(open, nothing, "forget")).toBe("open");
  });
});
