import { createServer, type AddressInfo } from "node:net";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { secret } from "@hpckit/core";
import { execa } from "execa";
import { expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { systemSshTo } from "./over-system-ssh.js";
import { isAlive, untilDead, untilWritten } from "./remote-processes.js";
import { watchTraces } from "./system-ssh-processes.js";

/** An error must come within this once the connection is gone. */
const soonMs = 5_000;

const logins = (server: Sshd): number => server.log().split("Accepted publickey").length - 1;

const deaths: Readonly<Record<string, (server: Sshd, master: number) => void | Promise<void>>> = {
  "the server dies": (server) => server.kill(),
  "the master is killed": (_, master) => void process.kill(master, "SIGKILL"),
  "the master is ended": (_, master) => void process.kill(master, "SIGTERM"),
};
for (const [name, die] of Object.entries(deaths)) {
  it(`${name}: commands, streams and connections fail at once, what they ran ends, and nothing is left`, async () => {
    await using server = await startSshd();
    await using traces = await watchTraces(server);
    await using login = await systemSshTo(server, { reconnect: false });
    const echo = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
    await new Promise((resolve) => echo.once("listening", resolve));
    const connection = await login.connect({ host: "127.0.0.1", port: (echo.address() as AddressInfo).port });
    const read = async (): Promise<void> => {
      for await (const text of login.stream(["sh", "-c", "while :; do echo line; sleep 0.01; done"])) expect(text).toMatch(/^(?:line\n)+$/);
    };
    const file = join(server.folder, "pid");
    const works = [login.exec(["sh", "-c", 'echo $$ >"$1"; sleep 300', "sh", file]), read(), new Promise((_, reject) => connection.once("error", reject))];
    for (const work of works) work.catch(() => undefined);
    const pid = await untilWritten(file);
    const [master = 0] = await traces.masters();
    const diedAt = performance.now();
    await die(server, master);
    for (const work of works) await expect(work).rejects.toMatchObject({ code: "connection-lost" });
    expect(performance.now() - diedAt).toBeLessThan(soonMs);
    await expect(login.exec(["true"])).rejects.toMatchObject({ code: "connection-lost" });
    await untilDead(pid);
    await login[Symbol.asyncDispose]();
    expect(await traces.left()).toEqual([]);
    echo.close();
  });
}

it("a server that says nothing any more is given up", async () => {
  await using server = await startSshd();
  await using login = await systemSshTo(server, { options: { ServerAliveInterval: "1", ServerAliveCountMax: "2" } });
  const file = join(server.folder, "pid");
  const running = expect(login.exec(["sh", "-c", 'echo $$ >"$1"; sleep 300', "sh", file])).rejects.toMatchObject({ code: "connection-lost" });
  const sshd = await sshdAbove(await untilWritten(file));
  process.kill(sshd, "SIGSTOP");
  try {
    await running;
  } finally {
    process.kill(sshd, "SIGCONT");
  }
});

async function sshdAbove(pid: number): Promise<number> {
  const [, name = "", parent] = /^\d+ \((.*)\) \S (\d+) /s.exec(await readFile(`/proc/${pid}/stat`, "utf8")) ?? [];
  return name.startsWith("sshd") ? pid : sshdAbove(Number(parent));
}

for (const maxSessions of [1, 2]) {
  it(`runs more commands at a time than a server with MaxSessions ${maxSessions} allows: they wait, and sign in once`, async () => {
    await using server = await startSshd({ maxSessions });
    await using login = await systemSshTo(server);
    const results = await Promise.all(Array.from({ length: 8 }, (_, index) => login.exec(["sh", "-c", `sleep 0.1; echo ${index}`])));
    expect(results.map(({ stdout }) => Number(stdout))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await expect(login.exec(["sleep", "300"], { timeoutMs: 1_000 })).rejects.toMatchObject({ name: "TimeoutError" });
    await login.writeFile(join(server.folder, "file"), "content");
    expect(logins(server)).toBe(1);
  });
}

it("two hundred commands on a window of four are never refused", async () => {
  await using server = await startSshd({ account: "guest", homeFiles: {} });
  await using login = await systemSshTo(server);
  const results = await Promise.all(Array.from({ length: 200 }, (_, index) => login.exec(["echo", String(index)])));
  expect(results.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 200 }, (_, index) => index));
  expect(logins(server)).toBe(1);
});

it("input and both outputs are exact, in bytes of every kind and in megabytes", async () => {
  await using server = await startSshd({ account: "guest", homeFiles: { ".bashrc": "echo a banner; echo a complaint >&2\n" }, loginShell: "/bin/bash" });
  await using login = await systemSshTo(server);
  const bytes = Buffer.alloc(6_000_000);
  for (let index = 0; index < bytes.length; index++) bytes[index] = (index * 7 + (index >> 8)) & 0xff;
  const { stdoutBytes, stderr } = await login.exec(["cat"], { stdin: bytes });
  expect(bytes.equals(stdoutBytes)).toBe(true);
  expect(stderr).toBe("");
  const text = "é\r\n\t~.\n\u0000".repeat(300_000);
  const errors = await login.exec(["sh", "-c", "tee /dev/fd/2"], { stdin: text });
  expect(errors.stdout === text && errors.stderr === text).toBe(true);
});

it("shows no secret, no argument and no input to those who list processes", async () => {
  await using server = await startSshd();
  await using login = await systemSshTo(server);
  const canary = "canary-5271";
  const begun = join(server.folder, "begun");
  const mayEnd = join(server.folder, "may end");
  const script = 'cat >/dev/null; echo "$$" >"$1"; until [ -e "$2" ]; do sleep 0.05; done';
  const running = login.exec(["sh", "-c", script, canary, begun, mayEnd], { env: { TOKEN: secret(canary) }, stdin: canary, timeoutMs: 60_000 });
  await untilWritten(begun);
  const all = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(async (pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  const shown = all.filter((words) => words.includes(canary));
  // The command itself has its argument, over there.
  expect(shown.map((words) => words.split("\0")[0])).toEqual(["sh"]);
  await writeFile(mayEnd, "");
  await running;
});

it("says that a server forwards no connections, and what else keeps one from being made", async () => {
  await using closed = await startSshd({ config: ["AllowTcpForwarding no", "AllowStreamLocalForwarding no"] });
  await using login = await systemSshTo(closed);
  await expect(login.connect({ host: "127.0.0.1", port: closed.port })).rejects.toMatchObject({ code: "not-supported" });
  // Of sockets a server does not say why.
  await expect(login.connect({ socketPath: "/nowhere/socket" })).rejects.toMatchObject({ code: "connection-refused" });
  await expect(login.connect({ socketPath: "relative" })).rejects.toMatchObject({ code: "not-supported" });
  await expect(login.connect({ host: "-oProxyCommand=x", port: 1 })).rejects.toMatchObject({ name: "OptionsError" });
});

it("reaches a socket that speaks first and ends at once", async () => {
  await using server = await startSshd();
  await using traces = await watchTraces(server);
  await using login = await systemSshTo(server);
  const path = join(server.folder, "greeter");
  const greeter = createServer((socket) => socket.end("hello")).listen(path);
  await new Promise((resolve) => greeter.once("listening", resolve));
  for (let round = 0; round < 3; round++) {
    let heard = "";
    for await (const piece of await login.connect({ socketPath: path })) heard += String(piece);
    expect(heard).toBe("hello");
  }
  await expect(login.connect({ socketPath: `${path}-none` })).rejects.toMatchObject({ code: "connection-refused" });
  greeter.close();
  await login[Symbol.asyncDispose]();
  expect(await traces.left()).toEqual([]);
});

it("leaves nothing running when it is closed under commands and connections", async () => {
  await using server = await startSshd();
  await using traces = await watchTraces(server);
  const login = await systemSshTo(server);
  const file = join(server.folder, "pid");
  const running = expect(login.exec(["sh", "-c", 'echo $$ >"$1"; sleep 300', "sh", file])).rejects.toMatchObject({ code: "connection-lost" });
  const connection = await login.connect({ host: "127.0.0.1", port: server.port });
  connection.on("error", () => undefined);
  const pid = await untilWritten(file);
  await login[Symbol.asyncDispose]();
  await running;
  expect(isAlive(pid)).toBe(false);
  expect(await traces.left()).toEqual([]);
});

it("leaves nothing running when its own program is killed", async () => {
  await using server = await startSshd();
  await using traces = await watchTraces(server);
  const file = join(server.folder, "pid");
  const script = `
    import { systemSshTo } from ${JSON.stringify(join(import.meta.dirname, "over-system-ssh.ts"))};
    const login = await systemSshTo(${JSON.stringify(server)});
    await login.exec(["sh", "-c", 'echo $$ >"$1"; sleep 300', "sh", ${JSON.stringify(file)}]);
  `;
  const program = execa("node", ["--import=tsx", "--conditions=@hpckit/source", "--input-type=module", "--eval", script], { reject: false });
  const pid = await untilWritten(file);
  expect(await traces.masters()).toHaveLength(1);
  program.kill("SIGKILL");
  await program;
  await untilDead(pid);
  expect(await traces.left()).toEqual([]);
});
