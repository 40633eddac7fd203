import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { inputOf, scriptedContext, submittedAt } from "../fixtures/scripted-slurm.js";
import { lostOutcome } from "../outcome/decide-outcome.js";
import type { Outcome } from "../outcome/outcome.js";
import { newWatchedJob, type JobWatcher } from "../watch/job-watcher.js";
import { readLog, textOf } from "./read-log.js";

const unknown = lostOutcome("nobody knows", { observedAtSeconds: submittedAt, restarts: 0 });
const watcher: JobWatcher = { listen: () => () => undefined, ordered: () => undefined, looked: () => Promise.resolve() };

/** Reads the log of a job of which no file is there. */
async function read(outcome: Outcome | undefined): Promise<string> {
  const transport = scriptedTransport((call) => ({ stdout: `${/hpckit-log-[\w-]+/.exec(inputOf(call))?.[0] ?? ""} absent\n` }));
  const watched = newWatchedJob({ id: "7", cluster: "test", submittedAtSeconds: submittedAt, output: "/local/x.out" }, () => Promise.resolve());
  watched.track = { ...watched.track, outcome };
  let text = "";
  for await (const piece of textOf(readLog(scriptedContext(transport), watcher, watched, { follow: outcome !== undefined }))) text += piece;
  return text;
}

describe("the log of a job without a file", () => {
  it.each<Outcome>([
    { ...unknown, kind: "completed", started: true },
    { ...unknown, kind: "timeout", started: true },
    { ...unknown, kind: "cancelled", byUid: 0, byUser: "root", started: true },
  ])("that ran is an error: $kind", async (outcome) => {
    await expect(read(outcome)).rejects.toMatchObject({ code: "log-missing" });
  });

  it.each<Outcome | undefined>([
    undefined,
    unknown,
    { ...unknown, kind: "cancelled", byUid: 0, byUser: "root", started: false },
    { ...unknown, kind: "never-started", cause: "launch", started: false },
    { ...unknown, kind: "boot-failure", started: true },
  ])("that may not have run is empty: $kind", async (outcome) => {
    expect(await read(outcome)).toBe("");
  });
});
