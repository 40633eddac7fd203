import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { collectChanges, snapshotTree } from "../tree/snapshot-tree.js";
import { applySync } from "./apply-sync.js";
import { planSync } from "./plan-sync.js";
import type { SyncPlan, SyncStep } from "./sync-plan.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hpckit-plans-"));
  for (const name of ["source", "target"]) await mkdir(join(folder, name));
  await writeFile(join(folder, "source", "a"), "a");
});
afterEach(() => rm(folder, { recursive: true }));

const refused = (message: RegExp): object => ({ code: "options-invalid", message: expect.stringMatching(message) as string });

describe("a plan", () => {
  const makePlan = async (): Promise<SyncPlan> => {
    await using here = await connectLocal();
    return await planSync(here, { local: join(folder, "source"), remote: join(folder, "target"), direction: "up" });
  };

  it.each([undefined, null, {}, [], "plan"])("is refused where it is %j, and the message says where one comes from", async (plan) => {
    await using here = await connectLocal();
    await expect(applySync(here, plan as never)).rejects.toMatchObject(refused(/^plan for applySync \(planSync of this version makes one\): /));
  });

  it("is refused with what is wrong in it, before anything is done", async () => {
    await using here = await connectLocal();
    const plan = await makePlan();
    const [step] = plan.steps as [Extract<SyncStep, { readonly action: "create" }>];
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ ...plan, direction: "sideways" }, /direction: /],
      [{ ...plan, version: 2 }, /version: unknown option/],
      [{ ...plan, totals: { ...plan.totals, bytes: undefined } }, /totals\.bytes: /],
      [{ ...plan, steps: [{ ...step, action: "move" }] }, /steps\.0\.action: /],
      [{ ...plan, steps: [{ ...step, path: { 0: 97 } }] }, /steps\.0\.path: neither text nor bytes/],
      ...["../a", "/a", "a/../../b", "a//b", "."].map((path) => [{ ...plan, steps: [{ ...step, path }] }, /steps\.0\.path: no path below the folder/] as const),
    ];
    for (const [given, message] of wrong) await expect(applySync(here, given as never)).rejects.toMatchObject(refused(message));
    expect(await readdir(join(folder, "target"))).toEqual([]);
  });

  it("is applied also where it went through JSON, if its names are UTF-8", async () => {
    await using here = await connectLocal();
    await applySync(here, JSON.parse(JSON.stringify(await makePlan())) as SyncPlan);
    expect(await readdir(join(folder, "target"))).toEqual(["a"]);
  });
});

describe("a snapshot", () => {
  it("is refused where it is none, and the message says where one comes from", async () => {
    await using here = await connectLocal();
    const snapshot = await snapshotTree(here, join(folder, "source"));
    for (const given of [undefined, null, {}, { ...snapshot, entries: [{ path: "a" }] }, { ...snapshot, entries: snapshot.entries.map((entry) => ({ ...entry, path: { base64: "YQ==" } })) }]) {
      await expect(collectChanges(here, given as never)).rejects.toMatchObject(refused(/^snapshot for collectChanges \(snapshotTree takes one, parseTreeSnapshot reads one that was kept\): /));
    }
    await expect(collectChanges(here, snapshot, null as never)).rejects.toMatchObject(refused(/^options of collectChanges: /));
  });
});
