import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TransportError, type FolderEntry } from "@hpckit/core";
import { scriptedTransport, type ScriptedCall, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { inputOf, scriptedContext } from "../fixtures/scripted-slurm.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { renderHeader } from "./claim-record.js";
import { forgetSubmissions, type ForgetResult } from "./forget-submissions.js";
import { submissionToken } from "./submission-key.js";

const newFolder = scratchFolders("it's a state folder é ");

const tokenOf = (key: string, namespace?: string): string => submissionToken({ cluster: "test", user: "tester", namespace, key });
const record = (key: string, id: number): string => `${renderHeader({ key, spec: "s", places: { workFolder: "/w", output: "/w/o" } })}\nhost h 1 1795179600\nclaimed 0a\nreply 0a 0\n${id}\nend 0a\n`;
const day = 86_400;

/** A state folder on this machine, and Slurm's programs that answer as they are told. */
class Ground {
  readonly state = newFolder();
  readonly claims = join(this.state, "submissions", "test");
  /** Ids that accounting knows to have completed. */
  completed: readonly string[] = [];

  constructor() {
    mkdirSync(this.claims, { recursive: true });
  }

  write(name: string, text: string, ageDays: number): void {
    writeFileSync(join(this.claims, name), text);
    const at = Date.now() / 1000 - ageDays * day;
    utimesSync(join(this.claims, name), at, at);
  }

  add(key: string, id: number, ageDays: number, namespace?: string): void {
    this.write(`${tokenOf(key, namespace)}.1`, record(key, id), ageDays);
  }

  forget(options: Parameters<typeof forgetSubmissions>[1] = {}): Promise<ForgetResult> {
    return forgetSubmissions(this.context(), options);
  }

  private context(): SlurmContext {
    const context = scriptedContext({ ...scriptedTransport((call) => this.answer(call)), list: (folder) => Promise.resolve(this.list(String(folder))) });
    return { ...context, stateFolder: this.state };
  }

  private answer(call: ScriptedCall): ScriptedReply {
    const { argv, options } = call;
    if (options.stdin !== undefined) return { stdout: runShell("sh", inputOf(call)).stdout };
    if (!argv.includes("sacct")) return {};
    const asked = argv.at(-1)?.replace("--jobs=", "").split(",") ?? [];
    return { stdout: asked.filter((id) => this.completed.includes(id)).map((id) => `${[id, "COMPLETED", "0:0", "0:0", "None", 1795179600, 1795179600, 1795179600, "5", "c1"].join("\x1f")}\n`).join("") };
  }

  private list(folder: string): readonly FolderEntry[] {
    return readdirSync(folder).map((name) => {
      const { mtimeMs, size } = statSync(join(folder, name));
      return { name, kind: "file", sizeBytes: size, mode: 0o600, uid: 0, gid: 0, modifiedAtSeconds: mtimeMs / 1000 };
    });
  }
}

const keys = (list: readonly { readonly key: string | undefined }[]): readonly (string | undefined)[] => list.map(({ key }) => key).sort();

describe("forgetting", () => {
  it("is for what is older than a month and known to have ended, unless it is told otherwise", async () => {
    const at = new Ground();
    at.completed = ["1", "2", "4"];
    at.add("young", 1, 29);
    at.add("old", 2, 31);
    at.add("nobody knows", 3, 31);
    at.add("its job has lived on", 4, 31);
    at.write(`${tokenOf("its job has lived on")}.run`, "job 4 0 c1\n", 2);
    at.write("notes.txt", "of somebody", 400);
    at.write("bell", "12 12 0 end", 400);
    const dry = await at.forget({ dryRun: true });
    expect(await at.forget()).toEqual(dry);
    expect([keys(dry.forgotten), dry.kept]).toMatchObject([["old"], [{ key: "nobody knows", jobId: "3", because: "unknown-job" }]]);
    expect(readdirSync(at.claims)).toHaveLength(6);
    expect(keys((await at.forget({ unknownJobs: "forget" })).forgotten)).toEqual(["nobody knows"]);
    expect(keys((await at.forget({ olderThan: "1d" })).forgotten)).toEqual(["its job has lived on", "young"]);
    expect(readdirSync(at.claims).sort()).toEqual(["bell", "notes.txt"]);
  });

  it("is for keys that are named at once, in their namespace", async () => {
    const at = new Ground();
    at.completed = ["1", "2"];
    at.add("k", 1, 0);
    at.add("k", 2, 0, "other");
    expect((await at.forget({ keys: ["k"], namespace: "other" })).forgotten).toMatchObject([{ key: "k", jobId: "2" }]);
    expect(readdirSync(at.claims)).toEqual([`${tokenOf("k")}.1`]);
  });

  it("takes up what another had begun, once nobody can be at it any more", async () => {
    const at = new Ground();
    at.completed = ["1"];
    at.add("k", 1, 40);
    const begun = "host h 1 1795179600\nclaimed 0f\nforgetting 0f\n";
    at.write(`${tokenOf("k")}.2`, begun, 0);
    expect((await at.forget({ keys: ["k"] })).kept).toMatchObject([{ because: "changed" }]);
    at.write(`${tokenOf("k")}.2`, begun, 1);
    expect(keys((await at.forget({ keys: ["k"] })).forgotten)).toEqual(["k"]);
    expect(readdirSync(at.claims)).toEqual([]);
  });

  it("finds nothing where nothing was ever submitted", async () => {
    const missing = scriptedContext({ ...scriptedTransport((call) => ({ stdout: runShell("sh", inputOf(call)).stdout })), list: () => Promise.reject(new TransportError("file-not-found", "no")) });
    const state = new Ground().state;
    expect(await forgetSubmissions({ ...missing, stateFolder: state }, {})).toEqual({ forgotten: [], kept: [] });
  });
});
