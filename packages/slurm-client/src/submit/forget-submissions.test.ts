import { readdirSync } from "node:fs";
import { TransportError } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { inputOf, scriptedContext } from "../fixtures/scripted-slurm.js";
import { StateFolder, tokenOf } from "./fixtures/state-folder.js";
import { forgetSubmissions } from "./forget-submissions.js";

const forget = (at: StateFolder, options: Parameters<typeof forgetSubmissions>[1] = {}) => forgetSubmissions(at.context(), options);
const keys = (list: readonly { readonly key: string | undefined }[]): readonly (string | undefined)[] => list.map(({ key }) => key).sort();

describe("forgetting", () => {
  it("is for what is older than a month and known to have ended, unless it is told otherwise", async () => {
    const at = new StateFolder();
    at.completed = ["1", "2", "4"];
    at.add("young", 1, 29);
    at.add("old", 2, 31);
    at.add("nobody knows", 3, 31);
    at.add("its job has lived on", 4, 31);
    at.write(`${tokenOf("its job has lived on")}.run`, "job 4 0 c1\n", 2);
    at.write("notes.txt", "of somebody", 400);
    at.write("bell", "12 12 0 end", 400);
    const dry = await forget(at, { dryRun: true });
    expect(await forget(at)).toEqual(dry);
    expect([keys(dry.forgotten), dry.kept]).toMatchObject([["old"], [{ key: "nobody knows", jobId: "3", because: "unknown-job" }]]);
    expect(readdirSync(at.claims)).toHaveLength(6);
    expect(keys((await forget(at, { unknownJobs: "forget" })).forgotten)).toEqual(["nobody knows"]);
    expect(keys((await forget(at, { olderThan: "1d" })).forgotten)).toEqual(["its job has lived on", "young"]);
    expect(readdirSync(at.claims).sort()).toEqual(["bell", "notes.txt"]);
  });

  it("is for keys that are named at once, in their namespace", async () => {
    const at = new StateFolder();
    at.completed = ["1", "2"];
    at.add("k", 1, 0);
    at.add("k", 2, 0, "other");
    expect((await forget(at, { keys: ["k"], namespace: "other" })).forgotten).toMatchObject([{ key: "k", jobId: "2" }]);
    expect(readdirSync(at.claims)).toEqual([`${tokenOf("k")}.1`]);
  });

  it("takes up what another had begun, once nobody can be at it any more", async () => {
    const at = new StateFolder();
    at.completed = ["1"];
    at.add("k", 1, 40);
    const begun = "host h 1 1795179600\nclaimed 0f\nforgetting 0f\n";
    at.write(`${tokenOf("k")}.2`, begun, 0);
    expect((await forget(at, { keys: ["k"] })).kept).toMatchObject([{ because: "changed" }]);
    at.write(`${tokenOf("k")}.2`, begun, 1);
    expect(keys((await forget(at, { keys: ["k"] })).forgotten)).toEqual(["k"]);
    expect(readdirSync(at.claims)).toEqual([]);
  });

  it("finds nothing where nothing was ever submitted", async () => {
    const missing = scriptedContext({ ...scriptedTransport((call) => ({ stdout: runShell("sh", inputOf(call)).stdout })), list: () => Promise.reject(new TransportError("file-not-found", "no")) });
    const state = new StateFolder().state;
    expect(await forgetSubmissions({ ...missing, stateFolder: state }, {})).toEqual({ forgotten: [], kept: [] });
  });
});
