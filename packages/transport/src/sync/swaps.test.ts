import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { applySync } from "./apply-sync.js";
import { planSync } from "./plan-sync.js";

/** Swaps a folder for a link to another and back, as fast as it can. */
const swapper = "while :; do mv -T swapped aside && ln -s ../outside swapped; rm -f swapped; mv -T aside swapped; done 2>/dev/null";

it.each(["up", "down"] as const)("a sync %s writes and deletes nothing behind a link for which a folder is swapped meanwhile", async (direction) => {
  const folder = await mkdtemp(join(tmpdir(), "hpckit-swaps-"));
  await using transport = await connectLocal();
  const [source, target, outside] = ["source", "target", "outside"].map((name) => join(folder, name)) as [string, string, string];
  try {
    for (const each of [join(source, "swapped"), join(target, "swapped"), outside]) await mkdir(each, { recursive: true });
    for (const each of [join(target, "swapped"), outside]) for (const name of ["a", "b", "c"]) await writeFile(join(each, name), "keep");
    await writeFile(join(source, "swapped", "a"), "new content");
    await writeFile(join(source, "swapped", "new"), "new content");
    const child = spawn("sh", ["-c", swapper], { cwd: target, stdio: "ignore" });
    try {
      for (let round = 0; round < 8; round++) {
        const [local, remote] = direction === "up" ? [source, target] : [target, source];
        // What comes of it is chance: done, refused, or a folder that was gone at that moment.
        await planSync(transport, { local, remote, direction, delete: true, exclude: ["aside"] }).then((plan) => applySync(transport, plan)).catch(() => undefined);
      }
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    expect(await readdir(outside)).toEqual(["a", "b", "c"]);
    for (const name of await readdir(outside)) expect(await readFile(join(outside, name), "utf8")).toBe("keep");
  } finally {
    await rm(folder, { recursive: true });
  }
});
