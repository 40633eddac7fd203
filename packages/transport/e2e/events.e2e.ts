import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asUser, type Logger, type TransportEvent } from "@hpckit/transport";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { service, startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";
import { systemSshTo } from "./over-system-ssh.js";

const events: TransportEvent[] = [];
const take = (event: TransportEvent): void => void events.push(event);
const logger: Logger = { debug: take, info: take, warn: take, error: take };
const kinds = (): readonly string[] => events.map(({ kind }) => kind);

describe("what a transport over a network tells", () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd({ account: "guest", homeFiles: {}, sudoers: [`hpckit-guest ALL=(${service.name}) NOPASSWD: /bin/sh`] });
  });
  beforeEach(() => void events.splice(0));
  afterAll(() => server[Symbol.asyncDispose]());

  it("is with which key the host has shown itself, and that it was closed", async () => {
    const { stdout } = await execa("ssh-keygen", ["-lf", join(server.folder, "host_ed25519.pub")]);
    const login = await sshTo(server, { logger });
    await login[Symbol.asyncDispose]();
    expect(events).toMatchObject([
      { kind: "connection-opening", attempt: 1, target: { host: server.host, user: server.user, kind: "ssh" } },
      { kind: "login-ended", inLastMinute: 1 },
      { kind: "connection-opened", hostKey: stdout.split(" ")[1] },
      { kind: "connection-closed", connectionId: (events[0] as TransportEvent<"connection-opening">).connectionId },
    ]);
  });

  it("is that it was refused, with the error", async () => {
    const file = join(server.folder, "known_to_nobody");
    await writeFile(file, (await readFile(server.knownHostsFile, "utf8")).replaceAll(/AAAA\S+/g, (key) => `${key.slice(0, -6)}AAAAAA`));
    await expect(sshTo(server, { logger, knownHosts: { file } })).rejects.toMatchObject({ code: "host-key-refused" });
    expect(events.at(-1)).toMatchObject({ kind: "connection-refused", error: { name: "TransportError", code: "host-key-refused" } });
  });

  it("is as whom a command ran, and whether sudo let it", async () => {
    await using login = await sshTo(server, { logger });
    await asUser(login, service.name).exec(["true"]);
    await expect(asUser(login, "nobody").exec(["true"])).rejects.toMatchObject({ code: "permission-denied" });
    const called = ["command-begun", "account-begun", "account-ended", "command-ended"];
    expect(events.slice(3).map(({ kind, target }) => `${kind} ${target.user}`)).toEqual([...called.map((kind) => `${kind} ${service.name}`), ...called.map((kind) => `${kind} nobody`)]);
    expect(new Set(events.map(({ transportId }) => transportId)).size).toBe(1);
    expect(events.at(-2)).toMatchObject({ kind: "account-ended", error: { code: "permission-denied" } });
  });

  for (const [name, connect] of [["ssh", sshTo], ["the system's ssh", systemSshTo]] as const) {
    it(`is that it was lost, once, over ${name}`, async () => {
      await using own = await startSshd({ account: "guest", homeFiles: {} });
      const login = await connect(own, { logger, reconnect: false });
      expect(events.at(-1)).toMatchObject({ kind: "connection-opened", target: { user: own.user } });
      const running = login.exec(["sleep", "60"]);
      running.catch(() => undefined);
      await own.kill();
      await expect(running).rejects.toMatchObject({ code: "connection-lost" });
      await login[Symbol.asyncDispose]();
      expect(events.find(({ kind }) => kind === "connection-lost")).toMatchObject({ error: { code: "connection-lost" } });
      expect(kinds().filter((kind) => kind.startsWith("connection-"))).toEqual(["connection-opening", "connection-opened", "connection-lost"]);
    });

    it(`is what becomes of it, in one order for every connection, over ${name}`, async () => {
      await using own = await startSshd({ account: "guest", homeFiles: {} });
      const login = await connect(own, { logger, reconnect: { firstPauseMs: 20 } });
      await own.kill();
      await own.restart();
      await login.exec(["true"]);
      await login[Symbol.asyncDispose]();
      await expect(login.exec(["true"])).rejects.toMatchObject({ message: expect.stringContaining("has been closed") as unknown });
      // By chance there was no pause.
      const ofLogins = events.filter(({ kind }) => !kind.startsWith("command-") && kind !== "login-waiting");
      const account = `${own.user}@${own.host}:${own.port}`;
      const hostKey = name === "ssh" ? { hostKey: expect.stringMatching(/^SHA256:/) as unknown } : {};
      const [one, two] = ofLogins.filter(({ kind }) => kind === "connection-opening").map((event) => ({ connectionId: (event as TransportEvent<"connection-opening">).connectionId }));
      expect(ofLogins).toMatchObject([
        { kind: "connection-opening", attempt: 1, ...one },
        { kind: "login-ended", account, inLastMinute: 1 },
        { kind: "connection-opened", attempt: 1, ...one, ...hostKey },
        { kind: "connection-lost", attempt: 1, ...one },
        { kind: "connection-opening", attempt: 2, ...two },
        { kind: "login-ended", account, inLastMinute: 2 },
        { kind: "connection-opened", attempt: 2, ...two, ...hostKey },
        { kind: "connection-closed", attempt: 2, ...two },
      ]);
      expect(one).not.toEqual(two);
    });
  }
});
