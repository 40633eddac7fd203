import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";
import { isAlive, untilDead } from "./remote-processes.js";

/** An error must come within this once the server is gone. */
const soonMs = 5_000;

const failsSoon = async (server: Sshd, work: Promise<unknown>): Promise<void> => {
  const failed = expect(work).rejects.toMatchObject({ code: "connection-lost" });
  const killedAt = performance.now();
  await server.kill();
  await failed;
  expect(performance.now() - killedAt).toBeLessThan(soonMs);
};

it("a server that dies in mid-command is an error at once, and the command ends too", async () => {
  await using server = await startSshd();
  const login = await sshTo(server, { reconnect: false });
  const file = join(server.folder, "pid");
  const work = login.exec(["sh", "-c", 'echo $$ >"$1"; sleep 300', "sh", file]);
  work.catch(() => undefined);
  await delay(1_500);
  const pid = Number(new TextDecoder().decode(await login.readFile(file)));
  expect(isAlive(pid)).toBe(true);
  await failsSoon(server, work);
  await untilDead(pid);
  await expect(login.exec(["true"])).rejects.toMatchObject({ code: "connection-lost" });
  await login[Symbol.asyncDispose]();
});

it("a server that dies under a stream is an error in the loop", async () => {
  await using server = await startSshd();
  await using login = await sshTo(server);
  const read = async (): Promise<void> => {
    for await (const text of login.stream(["sh", "-c", "while :; do echo line; sleep 0.01; done"])) expect(text).toMatch(/^(?:line\n)+$/);
  };
  const reading = read();
  reading.catch(() => undefined);
  await delay(1_000);
  await failsSoon(server, reading);
});

it("a server that dies in mid-transfer leaves no part of a file under its name, on either side", async () => {
  const here = await mkdtemp(join(tmpdir(), "hpckit-faults-"));
  try {
    await writeFile(join(here, "huge"), "");
    await truncate(join(here, "huge"), 4_000_000_000);
    for (const direction of ["up", "down"] as const) {
      await using server = await startSshd({ account: "guest", homeFiles: {} });
      await using login = await sshTo(server);
      if (direction === "down") await login.exec(["truncate", "-s", "4G", "huge"], { check: true });
      let moved = 0;
      const onProgress = ({ transferredBytes }: { readonly transferredBytes: number }): void => void (moved = transferredBytes);
      const work = direction === "up" ? login.upload(join(here, "huge"), "huge", { onProgress }) : login.download("huge", join(here, "back"), { onProgress });
      work.catch(() => undefined);
      while (moved < 20_000_000) await delay(20);
      await failsSoon(server, work);
      // The far side notices the end of its input, and cleans up by itself.
      const leftThere = async (): Promise<readonly string[]> => (await readdir(server.home)).filter((name) => direction === "up" || name !== "huge");
      for (let tries = 0; tries < 50 && (await leftThere()).length > 0; tries++) await delay(100);
      expect(await leftThere()).toEqual([]);
      expect((await readdir(here)).sort()).toEqual(["huge"]);
    }
  } finally {
    await rm(here, { recursive: true });
  }
});

for (const maxSessions of [1, 2]) {
  it(`runs more commands at a time than a server with MaxSessions ${maxSessions} allows: they wait`, async () => {
    await using server = await startSshd({ maxSessions });
    await using login = await sshTo(server);
    const results = await Promise.all(Array.from({ length: 8 }, (_, index) => login.exec(["sh", "-c", `sleep 0.1; echo ${index}`])));
    expect(results.map(({ stdout }) => Number(stdout))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await expect(login.exec(["sleep", "300"], { timeoutMs: 1_000 })).rejects.toMatchObject({ name: "TimeoutError" });
    await login.writeFile(join(server.folder, "file"), "content");
  });
}

it("two hundred commands on a window of four are never refused", async () => {
  await using server = await startSshd({ account: "guest", homeFiles: {} });
  await using login = await sshTo(server);
  const results = await Promise.all(Array.from({ length: 200 }, (_, index) => login.exec(["echo", String(index)])));
  expect(results.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 200 }, (_, index) => index));
});

it("says that a server forwards no connections", async () => {
  await using server = await startSshd({ config: ["AllowTcpForwarding no", "AllowStreamLocalForwarding no"] });
  await using login = await sshTo(server);
  await expect(login.connect({ host: "127.0.0.1", port: server.port })).rejects.toMatchObject({ code: "not-supported" });
});

it("keeps what an ordinary account may not do an error of its own kind", async () => {
  await using server = await startSshd({ account: "guest", homeFiles: {} });
  await using login = await sshTo(server);
  await expect(login.readFile("/etc/shadow")).rejects.toMatchObject({ code: "permission-denied" });
  await expect(login.writeFile("/etc/hpckit-test", "x")).rejects.toMatchObject({ code: "permission-denied" });
  await expect(login.remove("/etc/passwd")).rejects.toMatchObject({ name: "TransportError" });
  await expect(login.mkdir("/etc/hpckit-test")).rejects.toMatchObject({ code: "permission-denied" });
  await expect(login.list("/root")).rejects.toMatchObject({ code: "permission-denied" });
  await expect(login.exec(["true"], { cwd: "/root" })).rejects.toMatchObject({ code: "file-not-found" });
});
