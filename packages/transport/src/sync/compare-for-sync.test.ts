import type { FileKind } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { octets, type Octets } from "../guard/octets.js";
import type { TreeEntry, TreeSnapshot } from "../tree/tree-snapshot.js";
import { compareForSync, type CompareForSyncOptions } from "./compare-for-sync.js";
import { orderWork, type FolderWork } from "./folder-work.js";
import { travelling } from "./judge-steps.js";
import type { SyncComparison, SyncStep } from "./sync-plan.js";
import { ancestorsOf, depthOf, parentOf } from "./tree-path.js";

const entry = (path: string, changes: Partial<TreeEntry> = {}): TreeEntry => ({
  path,
  kind: "file",
  sizeBytes: 1,
  mode: 0o644,
  modifiedAtSeconds: 1,
  stamp: "1.0000000000 1.0000000000 7",
  target: changes.kind === "symlink" ? "x" : undefined,
  sha256: undefined,
  ...changes,
});
const tree = (entries: readonly TreeEntry[]): TreeSnapshot => ({ root: "/r", takenAtSeconds: 10, entries });
const folder = (path: string, changes: Partial<TreeEntry> = {}): TreeEntry => entry(path, { kind: "folder", mode: 0o755, ...changes });

const modelOf = ({ entries }: TreeSnapshot): Map<Octets, TreeEntry> => new Map(entries.map((each) => [octets(each.path), each]));

/** Trees of few names, so that they meet; `c-` sorts between a folder `c` and what is in it. */
const trees: fc.Arbitrary<TreeSnapshot> = fc
  .dictionary(
    fc.array(fc.constantFrom("a", "b", "c", "c-", "x.log"), { minLength: 1, maxLength: 4 }).map((names) => names.join("/")),
    fc.record({
      kind: fc.constantFrom<FileKind[]>("file", "file", "file", "folder", "folder", "symlink", "other"),
      sizeBytes: fc.constantFrom(1, 2),
      // A folder that cannot be entered has no snapshot.
      mode: fc.constantFrom(0o700, 0o755, 0o500),
      time: fc.constantFrom("1.0000000000", "2.5000000000", "2.0000000000"),
      target: fc.constantFrom("a", "../b"),
    }),
    { maxKeys: 25 },
  )
  .map((found) => {
    const made = new Map<string, TreeEntry>();
    for (const [path, { kind, time, target, ...others }] of Object.entries(found).sort(([one], [other]) => depthOf(one) - depthOf(other))) {
      if (ancestorsOf(path).some((above) => made.has(above) && made.get(above)?.kind !== "folder")) continue;
      for (const above of ancestorsOf(path)) if (!made.has(above)) made.set(above, folder(above));
      if (!made.has(path)) made.set(path, entry(path, { ...others, kind, stamp: `${time} 1.0 7`, target: kind === "symlink" ? target : undefined }));
    }
    return tree([...made.values()].sort((one, other) => (one.path < other.path ? -1 : 1)));
  });

const choices: fc.Arbitrary<CompareForSyncOptions> = fc.record({
  compare: fc.constantFrom("time", "size"),
  delete: fc.boolean(),
  exclude: fc.constantFrom([], ["*.log"], ["c/"], ["b"], ["a/**/b"]),
});

/** Does the work on a model, as strictly as a file system. */
function carryOut(model: Map<Octets, TreeEntry>, work: readonly FolderWork[], steps: readonly SyncStep[]): void {
  const aside = new Map(travelling(steps).map(({ path, source }) => [octets(path), source]));
  const isIn = (path: Octets): boolean => [...model.keys()].some((each) => each.startsWith(`${path}/`));
  for (const each of work) {
    const paths = "names" in each ? each.names.map((name) => (each.folder === "" ? name : `${each.folder}/${name}`)) : [each.folder];
    for (const path of paths) {
      const old = model.get(path);
      const origin = aside.get(path);
      if (each.kind === "make-aside") {
        aside.set(path, folder(path, { mode: each.mode }));
        continue;
      }
      if (parentOf(path) !== "") expect(model.get(parentOf(path))?.kind).toBe("folder");
      if (!each.kind.startsWith("set-")) expect((model.get(parentOf(path))?.mode ?? 0o700) & 0o300).toBe(0o300);
      if (each.kind === "unlink") {
        expect(["file", "symlink"]).toContain(old?.kind);
        model.delete(path);
      } else if (each.kind === "remove-folders") {
        expect([old?.kind, isIn(path)]).toEqual(["folder", false]);
        model.delete(path);
      } else if (each.kind === "make-folders") {
        expect(old).toBeUndefined();
        model.set(path, folder(path, { mode: each.mode }));
      } else if (each.kind === "adopt") {
        expect([old, origin?.kind]).toEqual([undefined, "folder"]);
        for (const [inside, made] of aside) if (inside === path || inside.startsWith(`${path}/`)) model.set(inside, made);
        for (const inside of model.keys()) if (inside.startsWith(`${path}/`)) expect(model.get(parentOf(inside))?.kind).toBe("folder");
      } else if (each.kind === "place") {
        expect(["file", "symlink", undefined]).toContain(old?.kind);
        expect(origin).toBeDefined();
        if (origin !== undefined) model.set(path, origin);
      } else if (each.kind === "discard") {
        aside.delete(path);
      } else {
        expect(old?.kind).toBe(each.kind === "set-folder-mode" ? "folder" : "file");
        if (old !== undefined) model.set(path, { ...old, mode: each.mode });
      }
    }
  }
}

const pathsOf = ({ steps }: SyncComparison): readonly string[] => steps.map(({ action, path }) => `${action} ${octets(path)}`);

describe("a plan", () => {
  it("makes the target as the source, touches nothing else, and leaves nothing to plan", () => {
    fc.assert(
      fc.property(trees, trees, choices, (source, target, options) => {
        const plan = compareForSync(source, target, options);
        const after = modelOf(target);
        carryOut(after, orderWork({ steps: plan.steps, outdated: [] }, undefined), plan.steps);
        const skipped = new Set(plan.skipped.map(({ path }) => octets(path)));
        const alone = (path: Octets, of: TreeSnapshot): TreeSnapshot => tree([...ancestorsOf(path).map((above) => folder(above)), ...(modelOf(of).get(path) === undefined ? [] : [entry(path, { ...modelOf(of).get(path) })])]);
        const isExcluded = (path: Octets): boolean => compareForSync(alone(path, source), alone(path, target), options).totals.excluded > 0;
        for (const [path, { kind, mode, sizeBytes, stamp, target: link }] of modelOf(source)) {
          if (skipped.has(path) || isExcluded(path)) continue;
          expect(after.get(path)).toMatchObject({ kind, ...(kind === "symlink" ? { target: link } : { mode }), ...(kind === "file" ? { sizeBytes } : {}) });
          if (kind === "file" && options.compare === "time") expect(Math.floor(Number(after.get(path)?.stamp.split(" ")[0]))).toBe(Math.floor(Number(stamp.split(" ")[0])));
        }
        for (const [path, old] of modelOf(target)) {
          if (isExcluded(path) || old.kind === "other" || (options.delete !== true && !modelOf(source).has(path))) expect(after.get(path)).toEqual(old);
          else if (!modelOf(source).has(path) && !skipped.has(path)) expect(after.has(path)).toBe(false);
        }
        expect(pathsOf(compareForSync(source, tree([...after.values()].sort((one, other) => (octets(one.path) < octets(other.path) ? -1 : 1))), options))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("compares times as far as the coarser of two file systems tells", () => {
    const plans = (one: string, other: string): boolean => compareForSync(tree([entry("a", { stamp: `${one} 1.0 1` })]), tree([entry("a", { stamp: `${other} 2.0 2` })])).steps.length > 0;
    expect(["5.1234567890", "5.1234560000", "5.0000000000"].map((time) => plans("5.1234567890", time))).toEqual([false, false, false]);
    expect(["5.1234567880", "6.0000000000", "5.2000000000", "-5.1234567890"].map((time) => plans("5.1234567890", time))).toEqual([true, true, true, true]);
  });

  it("believes digests, where they are compared, and takes one that is missing for another", () => {
    const plan = (one: string | undefined, other: string | undefined): readonly string[] =>
      pathsOf(compareForSync(tree([entry("a", { sha256: one, stamp: "9.0 9.0 9" })]), tree([entry("a", { sha256: other })]), { compare: "digest" }));
    expect([plan("x", "x"), plan("x", "y"), plan(undefined, undefined)]).toEqual([[], ["replace a"], ["replace a"]]);
  });

  it("leaves a folder that hands on its group as it is", () => {
    expect(pathsOf(compareForSync(tree([folder("a")]), tree([folder("a", { mode: 0o2755 })])))).toEqual([]);
    expect(compareForSync(tree([folder("a", { mode: 0o750 })]), tree([folder("a", { mode: 0o2755 })])).steps).toMatchObject([{ action: "set-mode", mode: 0o2750 }]);
  });

  it("keeps what stands in the way of something that is skipped", () => {
    const plan = compareForSync(tree([entry("a", { kind: "other" })]), tree([folder("a"), entry("a/b")]), { delete: true });
    expect([plan.steps, plan.skipped]).toEqual([[], [{ path: "a", reason: "special" }, { path: "a/b", reason: "below-skipped" }]]);
  });

  it("names the links that are refused, unless they are excluded", () => {
    const source = tree([entry("a", { kind: "symlink" })]);
    expect(() => compareForSync(source, tree([]), { links: "refuse" })).toThrow("there is a;");
    expect(compareForSync(source, tree([]), { links: "refuse", exclude: ["a"] }).steps).toEqual([]);
  });
});
