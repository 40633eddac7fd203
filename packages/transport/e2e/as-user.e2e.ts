import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { asUser, connectLocal } from "@hpckit/transport";
import { describeTransport } from "@hpckit/transport/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { service, startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { ensureDebianPackages } from "../../../tools/system/src/index.js";
import { sshTo } from "./over-sshd.js";
import { systemSshTo } from "./over-system-ssh.js";
import { isAlive } from "./remote-processes.js";

const allowed = `hpckit-guest ALL=(${service.name}) NOPASSWD: /bin/sh`;
const startServer = (sudoers: readonly string[], loginShell = "/bin/sh"): Promise<Sshd> => startSshd({ account: "guest", homeFiles: {}, loginShell, sudoers });

/** The suite closes what it was given; a base of its own goes with it. */
function withBase(base: Transport, user: string): Transport {
  const other = asUser(base, user);
  const close = other[Symbol.asyncDispose].bind(other);
  return Object.assign(other, {
    [Symbol.asyncDispose]: async () => {
      await close();
      await base[Symbol.asyncDispose]();
    },
  });
}

/** Debian's sudoers have `use_pty` since 12, sudo itself since 1.9.14. */
for (const pty of ["use_pty", "!use_pty"]) {
  describe(`as another account, where sudoers say ${pty}`, () => {
    let server: Sshd;
    beforeAll(async () => {
      server = await startServer([`Defaults ${pty}`, allowed]);
    });
    afterAll(() => server[Symbol.asyncDispose]());

    // The whole suite was measured with both; each time it takes half a minute.
    if (pty === "use_pty") describeTransport(`ssh and sudo with ${pty}`, async () => withBase(await sshTo(server), service.name), { reachesThisMachine: true });

    it("is that account, in its home, with an environment of its own", async () => {
      await using login = await sshTo(server);
      const other = asUser(login, service.name);
      const { stdout } = await other.exec(["sh", "-c", "id -un; pwd; echo $HOME; echo ${SSH_CONNECTION-none} ${SUDO_COMMAND-none} ${OLDPWD-none}"]);
      expect(stdout).toBe(`${service.name}\n${join(server.folder, "service")}\n${join(server.folder, "service")}\nnone none none\n`);
      expect(other.target).toEqual({ ...login.target, user: service.name });
      await other.writeFile("mine", "content");
      expect(await readdir(join(server.folder, "service"))).toContain("mine");
      await expect(login.readFile(join(server.folder, "service", "mine"))).rejects.toMatchObject({ code: "permission-denied" });
    });

    it("ends what it has started when it is closed, and leaves the login open", async () => {
      await using login = await sshTo(server);
      const other = asUser(login, service.name);
      const sleeping = other.exec(["sleep", "4242"]);
      sleeping.catch(() => undefined);
      const isRunning = async (): Promise<boolean> => (await login.exec(["pgrep", "-f", "^sleep 4242$"])).ok;
      await expect.poll(isRunning, { timeout: 10_000 }).toBe(true);
      await other[Symbol.asyncDispose]();
      await expect(sleeping).rejects.toMatchObject({ code: "connection-lost" });
      expect(await isRunning()).toBe(false);
      await expect(other.exec(["true"])).rejects.toMatchObject({ code: "connection-lost" });
      expect((await login.exec(["true"])).ok).toBe(true);
    });
  });
}

for (const pty of ["use_pty", "!use_pty"]) {
  it(`passes every byte, and ends what runs when the server dies, where sudo logs input and output with ${pty}`, async () => {
    const logs = await mkdtemp(join(tmpdir(), "hpckit-sudo-log-"));
    try {
      await using server = await startServer([`Defaults ${pty}, log_input, log_output`, `Defaults iolog_dir=${logs}`, allowed]);
      await using login = await sshTo(server);
      const other = asUser(login, service.name);
      const bytes = randomBytes(3_000_000);
      const copied = await other.exec(["sh", "-c", "cat; printf '\\r\\n\\004\\003\\n' >&2; exit 137"], { stdin: bytes });
      expect(Buffer.compare(copied.stdoutBytes, bytes)).toBe(0);
      expect(copied).toMatchObject({ stderr: "\r\n\u0004\u0003\n", exitCode: 137 });
      const lost = expect(other.exec(["sh", "-c", "echo $$ >pid; exec sleep 300"])).rejects.toMatchObject({ code: "connection-lost" });
      await expect.poll(async () => (await other.stat("pid"))?.sizeBytes ?? 0, { timeout: 10_000 }).toBeGreaterThan(1);
      const pid = Number(new TextDecoder().decode(await other.readFile("pid")));
      expect(isAlive(pid)).toBe(true);
      await server.kill();
      await lost;
      await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    } finally {
      await rm(logs, { recursive: true });
    }
  });
}

for (const [name, loginShell] of Object.entries({ bash: "/bin/bash", tcsh: "/usr/bin/tcsh", fish: "/usr/bin/fish" })) {
  it(`works where the login shell is ${name}`, async () => {
    await ensureDebianPackages([name]);
    await using server = await startServer([allowed], loginShell);
    await using login = await sshTo(server);
    const other = asUser(login, service.name);
    expect(await other.exec(["sh", "-c", 'id -un; printf %s "$1"; exit 5', "sh", "!$`'\\"])).toMatchObject({ stdout: `${service.name}\n!$\`'\\`, stderr: "", exitCode: 5 });
    await expect(asUser(login, "nobody").exec(["true"])).rejects.toMatchObject({ code: "permission-denied" });
  });
}

it("works over the system's ssh", async () => {
  await using server = await startServer([allowed]);
  await using login = await systemSshTo(server);
  const bytes = randomBytes(300_000);
  const copied = await asUser(login, service.name).exec(["sh", "-c", "id -un >&2; cat; exit 5"], { stdin: bytes });
  expect(Buffer.compare(copied.stdoutBytes, bytes)).toBe(0);
  expect(copied).toMatchObject({ stderr: `${service.name}\n`, exitCode: 5 });
  await expect(asUser(login, service.name).exec(["sleep", "300"], { timeoutMs: 1_000 })).rejects.toMatchObject({ code: "timeout" });
  await expect(asUser(login, "nobody").exec(["true"])).rejects.toThrow(`does not let ${server.user} act as nobody`);
});

it("reaches one account from another, and is never another than it says", async () => {
  await using server = await startServer([allowed, `${service.name} ALL=(nobody) NOPASSWD: /bin/sh`]);
  await using login = await sshTo(server);
  const other = asUser(login, service.name);
  const third = asUser(other, "nobody");
  expect((await third.exec(["id", "-un"])).stdout).toBe("nobody\n");
  expect((await other.exec(["id", "-un"])).stdout).toBe(`${service.name}\n`);
  await expect(asUser(login, "nobody").exec(["true"])).rejects.toThrow("does not let hpckit-guest act as nobody");
  await expect(asUser(third, service.name).exec(["true"])).rejects.toThrow(`does not let nobody act as ${service.name}`);
  await other[Symbol.asyncDispose]();
  await expect(third.exec(["true"])).rejects.toMatchObject({ code: "connection-lost" });
});

describe("says what sudo said, and what would allow it", () => {
  const refusals: readonly (readonly [what: string, sudoers: readonly string[], message: RegExp])[] = [
    ["there is no rule", ["root ALL=(ALL) ALL"], /password is required.*: hpckit-guest ALL=\(hpckit-service\) NOPASSWD: \/bin\/sh$/s],
    ["the rule asks for a password", [allowed.replace("NOPASSWD: ", "")], /password is required/],
    ["the rule is for another command", ["Defaults !authenticate", allowed.replace("/bin/sh", "/usr/bin/id")], /not allowed to execute '\/bin\/sh -c [^\n]*…' as hpckit-service/],
    ["a terminal is asked for", ["Defaults requiretty", allowed], /must have a tty.*: Defaults:hpckit-guest !requiretty; hpckit-guest ALL=/s],
  ];
  for (const [what, sudoers, message] of refusals) {
    it(`where ${what}`, async () => {
      await using server = await startServer(sudoers);
      await using login = await sshTo(server);
      await expect(asUser(login, service.name).exec(["true"])).rejects.toMatchObject({ code: "permission-denied", retryable: false, message: expect.stringMatching(message) as unknown });
    });
  }

  it("where there is no such account", async () => {
    await using server = await startServer([allowed]);
    await using login = await sshTo(server);
    await expect(asUser(login, "no-such-account").exec(["true"])).rejects.toMatchObject({ code: "permission-denied", message: expect.stringContaining("has no account no-such-account") as unknown });
  });
});

describe("on this machine", () => {
  beforeAll(() => ensureDebianPackages(["sudo"]));

  describeTransport("sudo", async () => withBase(await connectLocal(), "nobody"), { reachesThisMachine: true });
});
