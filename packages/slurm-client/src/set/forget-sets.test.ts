import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { StateFolder } from "../submit/fixtures/state-folder.js";
import { setToken } from "./begin-set.js";
import { defined } from "./fixtures/simulated-set.js";
import { forgetSets } from "./forget-sets.js";
import { renderSetRecord, type SetRecord } from "./set-record.js";

const ended: SetRecord = { kind: "ended", madeAtSeconds: 0 };
const cancelled: SetRecord = { kind: "cancelled", madeAtSeconds: 0 };
const abandoned: SetRecord = { kind: "abandoned", madeAtSeconds: 0 };

/** A state folder with sets of four tasks in two arrays. */
class Ground extends StateFolder {
  readonly sets = join(this.state, "sets", "test");

  folderOf(key: string, namespace?: string): string {
    return join(this.sets, setToken(this.context(), { key, namespace }));
  }

  addSet(key: string, ageDays: number, records: readonly SetRecord[], namespace?: string): void {
    const folder = this.folderOf(key, namespace);
    mkdirSync(folder, { recursive: true });
    const all: readonly SetRecord[] = [{ ...defined([0, 1, 2, 3], 1001, 2, 0), key, namespace }, ...records];
    all.forEach((record, index) => writeFileSync(join(folder, String(index + 1)), `${renderSetRecord(record, "0a")}\n`));
    const at = Date.now() / 1000 - ageDays * 86_400;
    utimesSync(folder, at, at);
  }
}

const keysOf = (list: readonly { readonly key: string | undefined }[]): readonly unknown[] => list.map(({ key }) => key).sort();

describe("forgetting sets", () => {
  it("is for those that ended a month ago, with the submissions of their arrays", async () => {
    const at = new Ground();
    at.completed = ["1", "2", "3"];
    at.addSet("ended", 31, [ended]);
    at.add("ended/1", 1, 40);
    at.add("ended/2", 2, 40);
    at.addSet("young", 29, [ended]);
    at.addSet("cancelled", 31, [cancelled]);
    at.addSet("refused", 31, [abandoned]);
    at.addSet("open", 31, []);
    at.addSet("goes on again", 31, [ended, { kind: "round", arrays: [{ tasks: "1" }], givenUp: [], madeAtSeconds: 0 }]);
    at.add("another", 3, 0);
    mkdirSync(join(at.sets, "notes"));
    const dry = await forgetSets(at.context(), { dryRun: true });
    const before = readdirSync(at.sets);
    expect(await forgetSets(at.context(), {})).toEqual(dry);
    expect([keysOf(dry.forgotten), keysOf(dry.kept), dry.kept.map(({ because }) => because)]).toEqual([["cancelled", "ended", "refused"], ["goes on again", "open"], ["not-ended", "not-ended"]]);
    expect(readdirSync(at.sets)).toHaveLength(before.length - 3);
    expect(readdirSync(at.claims)).toHaveLength(1);
  });

  it("keeps those of which a job is not known to have ended, and all of their records", async () => {
    const at = new Ground();
    at.completed = ["1"];
    at.addSet("half", 31, [cancelled], "n");
    at.add("half/1", 1, 40, "n");
    at.add("half/2", 2, 40, "n");
    expect((await forgetSets(at.context(), {})).kept).toMatchObject([{ key: "half", namespace: "n", because: "unknown-job" }]);
    expect([readdirSync(at.folderOf("half", "n")), readdirSync(at.claims).length]).toEqual([["1", "2"], 2]);
    expect(keysOf((await forgetSets(at.context(), { unknownJobs: "forget" })).forgotten)).toEqual(["half"]);
    expect([readdirSync(at.sets), readdirSync(at.claims)]).toEqual([[], []]);
  });

  it("leaves a set that was just cancelled to clients that were sending it, until they have seen that, or its end was written down", async () => {
    const at = new Ground();
    const { settleMs } = at.context().patience;
    at.addSet("just", 0, [cancelled]);
    at.addSet("settled", (settleMs + 5000) / 86_400_000, [cancelled]);
    at.addSet("over", 0, [cancelled, ended]);
    const keys = ["just", "settled", "over"];
    const { kept, forgotten } = await forgetSets(at.context(), { keys });
    expect([keysOf(forgotten), kept]).toEqual([["over", "settled"], [expect.objectContaining({ key: "just", because: "not-ended" })]]);
    expect(readdirSync(at.folderOf("just"))).toEqual(["1", "2"]);
  });

  it("takes the age of a set that is cancelled right after the listing from then on", async () => {
    const at = new Ground();
    at.addSet("k", 31, []);
    const context = at.context();
    const list: typeof context.transport.list = async (...args) => {
      const entries = await context.transport.list(...args);
      // Somebody cancels it right after the listing.
      if (String(args[0]) === at.sets) writeFileSync(join(at.folderOf("k"), "2"), `${renderSetRecord(cancelled, "0b")}\n`);
      return entries;
    };
    expect((await forgetSets({ ...context, transport: { ...context.transport, list } }, {})).kept).toMatchObject([{ key: "k", because: "not-ended" }]);
  });

  it("is for keys that are named at once, in their namespace, and not for what cannot be read", async () => {
    const at = new Ground();
    at.addSet("k", 0, [ended]);
    at.addSet("k", 0, [ended], "other");
    at.addSet("torn", 0, [ended]);
    writeFileSync(join(at.folderOf("torn"), "2"), "{");
    expect(keysOf((await forgetSets(at.context(), { keys: ["k", "never begun"], namespace: "other" })).forgotten)).toEqual(["k"]);
    expect((await forgetSets(at.context(), { keys: ["torn"], unknownJobs: "forget" })).kept).toMatchObject([{ key: undefined, because: "open" }]);
    expect(readdirSync(at.sets)).toHaveLength(2);
  });
});
