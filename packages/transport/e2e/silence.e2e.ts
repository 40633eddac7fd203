import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { startWire, type Wire } from "../../../tools/wire/wire.js";
import { sshTo } from "./over-sshd.js";

/** An error must come within the keepalives and this. */
const soonMs = 5_000;
const keepalive = { keepaliveSeconds: 0.5, keepaliveTries: 3 };
const keepaliveMs = 1_500;

describe("a server that says nothing any more", () => {
  let server: Sshd;
  let wire: Wire;
  let here: string;
  beforeAll(async () => {
    server = await startSshd({ account: "guest", homeFiles: {} });
    wire = await startWire({ port: server.port });
    here = await mkdtemp(join(tmpdir(), "hpckit-silence-"));
    await writeFile(join(here, "known_hosts"), (await readFile(server.knownHostsFile, "utf8")).replaceAll(`]:${server.port} `, `]:${wire.port} `));
    await writeFile(join(here, "huge"), "");
    await truncate(join(here, "huge"), 4_000_000_000);
    await using login = await sshTo(server);
    await login.exec(["truncate", "-s", "4G", "huge"], { check: true });
  });
  afterAll(async () => {
    await wire[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(here, { recursive: true });
  });

  const works: Readonly<Record<string, (login: Transport, onProgress: () => void) => Promise<unknown>>> = {
    "a command": async (login, onProgress) => {
      setTimeout(onProgress, 300);
      await login.exec(["sleep", "300"]);
    },
    "an upload": (login, onProgress) => login.upload(join(here, "huge"), "up", { onProgress }),
    "a download": (login, onProgress) => login.download("huge", join(here, "down"), { onProgress }),
  };
  interface Fault {
    readonly login: () => Promise<Transport>;
    readonly begin: () => Promise<void>;
    readonly end: () => Promise<void>;
  }
  const faults: Readonly<Record<string, Fault>> = {
    "its processes stand still": { login: () => sshTo(server, keepalive), begin: () => server.freeze(), end: () => server.thaw() },
    "the network swallows everything": {
      login: () => sshTo(server, { ...keepalive, port: wire.port, knownHosts: { file: join(here, "known_hosts") } }),
      begin: async () => wire.freeze(),
      end: async () => wire.thaw(),
    },
  };

  for (const [fault, { login: signIn, begin, end }] of Object.entries(faults)) {
    for (const [name, work] of Object.entries(works)) {
      it(`${name} ends with an error where ${fault}, and the next call works once it is over`, async () => {
        await using login = await signIn();
        let onProgress: () => void = () => undefined;
        const begun = new Promise<void>((resolve) => (onProgress = resolve));
        const failed = expect(work(login, onProgress)).rejects.toMatchObject({ code: "connection-lost", message: expect.stringContaining("said nothing for 1.5 s") as string });
        await begun;
        await begin();
        const beganAt = performance.now();
        try {
          await failed;
          expect(performance.now() - beganAt).toBeGreaterThan(keepaliveMs / 2);
          expect(performance.now() - beganAt).toBeLessThan(keepaliveMs + soonMs);
        } finally {
          await end();
        }
        expect((await login.exec(["echo", "again"])).stdout).toBe("again\n");
      });
    }
  }

  it("does not keep a transport from being closed", async () => {
    const login = await sshTo(server);
    await delay(200);
    await server.freeze();
    try {
      const beganAt = performance.now();
      await login[Symbol.asyncDispose]();
      expect(performance.now() - beganAt).toBeLessThan(soonMs);
    } finally {
      await server.thaw();
    }
  });

  it("is not one that is slow: what stands still for less than the keepalives goes on", async () => {
    await using login = await sshTo(server, { ...keepalive, reconnect: false });
    const slow = login.exec(["sh", "-c", "sleep 2; echo done"]);
    await server.freeze();
    await delay(500);
    await server.thaw();
    expect((await slow).stdout).toBe("done\n");
  });
});
