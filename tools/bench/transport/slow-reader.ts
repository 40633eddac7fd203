import { setTimeout as delay } from "node:timers/promises";
import { row, type BenchmarkRow } from "../benchmark.js";
import { openGround } from "./ground.js";

const megabytes = 100;
const mib = 1024 * 1024;

/** 100 MB of output to a reader who takes a while for every piece: what waits must wait over there, and not in our memory. */
export async function measureSlowReader(onRow: (row: BenchmarkRow) => void): Promise<void> {
  await using ground = await openGround(0);
  for (const way of ["ssh2", "the system's ssh"] as const) {
    await using login = await (way === "ssh2" ? ground.connect() : ground.connectSystem());
    await login.exec(["true"]);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let [most, read, pieces] = [0, 0, 0];
    for await (const text of login.stream(["head", "-c", String(megabytes * 1_000_000), "/dev/zero"])) {
      read += text.length;
      // A pause now and then, long enough for all that may be under way to arrive.
      if (pieces++ % 100 === 0) {
        await delay(100);
        most = Math.max(most, process.memoryUsage().rss - before);
      }
    }
    if (read !== megabytes * 1_000_000) throw new Error(`${read} bytes arrived`);
    onRow(row(`${megabytes} MB of output to a slow reader, ${way}: extra memory`, most / mib, "MiB", 64));
  }
}
