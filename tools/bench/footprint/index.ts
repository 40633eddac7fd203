import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageNames, packageRules, scope } from "../../config/packages.js";
import { createConsumer, standsOn, type Consumer } from "../../packaging/consumer.js";
import { packPackages } from "../../packaging/pack-all.js";
import { median, row, type Benchmark } from "../benchmark.js";

/** What one package costs whoever installs it alone: packages, megabytes and the time of an import. */
export const benchmark: Benchmark = async (onRow) => {
  const folder = await mkdtemp(join(tmpdir(), "hpckit-footprint-"));
  try {
    const packed = await packPackages(folder);
    for (const name of packageNames) {
      await using consumer = await createConsumer(name, packed);
      const label = scope + name;
      onRow(row(`${label}, installed`, consumer.installed.length, "packages", expectedPackages(name)));
      onRow(row(`${label}, on disk`, (await sizeBytes(consumer)) / 1e6, "MB"));
      onRow(row(`${label}, import, median of 5`, await importMilliseconds(consumer, label), "ms"));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Packages that bring only zod and yaml bring nothing further; what ssh2 and execa bring is theirs. */
function expectedPackages(name: string): number | null {
  const below = [name, ...standsOn(name)];
  const external = new Set(below.flatMap((other) => packageRules[other]?.external ?? []));
  return external.has("ssh2") ? null : below.length + external.size;
}

async function sizeBytes({ folder, installed }: Consumer): Promise<number> {
  const sizes = await Promise.all(installed.map(async (path) => folderBytes(join(folder, "node_modules", path))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Without nested packages, which are counted by themselves. */
async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== "node_modules") bytes += await folderBytes(join(folder, entry.name));
    else if (entry.isFile()) bytes += (await stat(join(folder, entry.name))).size;
  }
  return bytes;
}

/** Each import is the first of a process of its own. */
async function importMilliseconds({ folder }: Consumer, path: string): Promise<number> {
  const script = `const begin = performance.now(); await import("${path}"); console.log(performance.now() - begin);`;
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder });
    times.push(Number(stdout));
  }
  return median(times);
}
