import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { snapshotTree } from "../tree/snapshot-tree.js";
import { snapshotLocalTree, withLocalDigests } from "./snapshot-local-tree.js";

const script = `
  mkdir -p sub/deep empty .hpckit-x.part c && : >.hpckit-x.part/a && echo a >a && echo b >sub/b && ln -s ../a sub/link && : >c- && : >c/x && mkfifo pipe && : >sub/.hpckit-y.part
  : >"$(printf 'a\\377\\nb')" && ln -s "$(printf '\\376')" odd && chmod 6750 a && chmod 1777 empty && truncate -s 5M holes
  touch -d '1969-12-31 23:59:58.25 UTC' old && touch -d '2001-02-03 04:05:06.000000789 UTC' sub/b
`;

it("is the same as what find(1) says", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hpckit-local-"));
  try {
    await promisify(execFile)("sh", ["-c", script], { cwd: folder });
    await using transport = await connectLocal();
    const there = await snapshotTree(transport, folder, { digests: "all" });
    const here = await withLocalDigests(await snapshotLocalTree(folder), () => true, undefined);
    expect(here.entries).toHaveLength(14);
    expect(here.entries).toEqual(there.entries);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("does not take for empty what it cannot read", async () => {
  await expect(snapshotLocalTree("/nowhere/at/all")).rejects.toMatchObject({ code: "file-not-found" });
  await expect(snapshotLocalTree("/etc/passwd")).rejects.toMatchObject({ name: "TransportError" });
  await expect(snapshotLocalTree("")).rejects.toMatchObject({ name: "OptionsError" });
  await expect(snapshotLocalTree("/usr", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
});
