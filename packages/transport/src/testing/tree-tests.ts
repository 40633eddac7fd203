import { expect, it } from "vitest";
import { compareTrees } from "../tree/compare-trees.js";
import { collectChanges, snapshotTree, type CollectedChanges } from "../tree/snapshot-tree.js";
import { formatTreeSnapshot, parseTreeSnapshot } from "../tree/tree-json.js";
import type { TreeEntry } from "../tree/tree-snapshot.js";
import type { TransportUnderTest } from "./describe-transport.js";

export function treeTests(under: () => TransportUnderTest): void {
  const at = (name: string): string => `${under().folder}/${name}`;
  const shell = (script: string, folder: string): Promise<unknown> => under().transport.exec(["sh", "-c", script], { cwd: folder, check: true });
  const names = (entries: readonly TreeEntry[]): readonly unknown[] => entries.map(({ path }) => path);
  const told = ({ created, modified, deleted }: CollectedChanges): unknown => ({ created: names(created), modified: names(modified), deleted: names(deleted) });

  const makeTree = async (name: string): Promise<string> => {
    const root = at(name);
    await under().transport.mkdir(`${root}/sub/empty`, { recursive: true });
    await shell("echo a >a && echo b >sub/b && echo c >'odd \"name\n' && ln -s a link && chmod 640 a", root);
    return root;
  };

  it("takes down all that stands below a folder", async () => {
    const root = await makeTree("tree to see");
    const snapshot = await snapshotTree(under().transport, root, { digests: "all" });
    expect(snapshot).toMatchObject({ root });
    expect(Math.abs(snapshot.takenAtSeconds - Date.now() / 1000)).toBeLessThan(60);
    expect(names(snapshot.entries)).toEqual(["a", "link", 'odd "name\n', "sub", "sub/b", "sub/empty"]);
    const [a, link] = snapshot.entries;
    expect(a).toMatchObject({ kind: "file", sizeBytes: 2, mode: 0o640, target: undefined, sha256: "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7" });
    expect(link).toMatchObject({ kind: "symlink", target: "a", sha256: undefined });
  });

  it("tells what is new, modified and deleted, also when sizes and times were put back", async () => {
    const root = await makeTree("tree that changes");
    const before = await snapshotTree(under().transport, root);
    expect(told(await collectChanges(under().transport, before))).toEqual({ created: [], modified: [], deleted: [] });
    await shell("touch -r a stamp && echo x >a && touch -r stamp a && echo new >sub/new && rm -r sub/empty && rm link && mkdir link && ln -s nowhere again && rm stamp", root);
    const changes = await collectChanges(under().transport, before);
    expect(told(changes)).toEqual({ created: ["again", "sub/new"], modified: ["a", "link"], deleted: ["sub/empty"] });
    expect(told(await collectChanges(under().transport, changes.now))).toEqual({ created: [], modified: [], deleted: [] });
    expect(compareTrees(before, changes.now)).toMatchObject({ deleted: changes.deleted });
  });

  it("sees a file that is written right after the snapshot, though its size and time stay", async () => {
    const root = await makeTree("tree in a hurry");
    const before = await snapshotTree(under().transport, root);
    await shell("touch -r a ../stamp; printf 'x\\n' >a; touch -r ../stamp a", root);
    expect(told(await collectChanges(under().transport, before))).toEqual({ created: [], modified: ["a"], deleted: [] });
  });

  it("does not take a file for modified that was written again with the same bytes, where digests were asked for", async () => {
    const root = await makeTree("tree with digests");
    const before = await snapshotTree(under().transport, root, { digests: "all" });
    await shell("rm a && echo a >a", root);
    expect(told(await collectChanges(under().transport, before))).toEqual({ created: [], modified: [], deleted: [] });
  });

  it("keeps names that are not UTF-8, also as JSON", async () => {
    const root = at("tree of bytes");
    await shell("mkdir 'tree of bytes' && cd 'tree of bytes' && : >\"$(printf 'a\\377b')\" && ln -s \"$(printf '\\376')\" link", under().folder);
    const snapshot = await snapshotTree(under().transport, root);
    expect(snapshot.entries.map(({ path }) => path)).toEqual([new Uint8Array([0x61, 0xff, 0x62]), "link"]);
    const again = parseTreeSnapshot(formatTreeSnapshot(snapshot));
    expect(again).toEqual(snapshot);
    await shell(': >"$(printf \'a\\377b\\377\')"', root);
    expect(told(await collectChanges(under().transport, again))).toMatchObject({ created: [new Uint8Array([0x61, 0xff, 0x62, 0xff])] });
  });

  it("gives no part for the whole", async () => {
    await expect(snapshotTree(under().transport, at("no such tree"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(snapshotTree(under().transport, "")).rejects.toMatchObject({ name: "OptionsError" });
    expect((await snapshotTree(under().transport, at("tree to see/sub/empty"))).entries).toEqual([]);
  });
}
