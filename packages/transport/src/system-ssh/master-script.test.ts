import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { masterScript } from "./master-script.js";
import { startProcess, type SshProcess } from "./ssh-process.js";

const start = async (script: string): Promise<{ readonly child: SshProcess; readonly folder: string }> => {
  const folder = await mkdtemp(join(tmpdir(), "hpckit-master-"));
  const child = await startProcess("/bin/sh", ["-c", masterScript, "hpckit", folder, "/bin/sh", "-c", script, "sh", join(folder, "pid")]);
  return { child, folder };
};
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

it("a command ends with its own status, and its folder is removed", async () => {
  const { child, folder } = await start("exit 7");
  expect(await child.exit).toBe(7);
  expect(existsSync(folder)).toBe(false);
});

for (const [what, script] of [
  ["", 'echo "$$" >"$1"; exec sleep 300'],
  [" that does not listen", 'echo "$$" >"$1"; kill -s STOP "$$"; exec sleep 300'],
] as const) {
  it(`a command${what} ends when the one who holds its input is gone, also with nobody left to read`, async () => {
    const { child, folder } = await start(script);
    while (!existsSync(join(folder, "pid"))) await delay(10);
    await delay(50);
    const pid = Number(await readFile(join(folder, "pid"), "utf8"));
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    await child.exit;
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });
}
