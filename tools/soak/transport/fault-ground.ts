import { chown, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { connectSsh, type MannersOptions, type SshOptions } from "@hpckit/transport";
import { startSshd, type Sshd, type SshdOptions } from "../../sshd/src/index.js";
import { startWire, type Wire } from "../../wire/wire.js";

/** A real sshd behind a wire whose faults are ours to choose. */
export interface FaultGround extends AsyncDisposable {
  readonly server: Sshd;
  readonly wire: Wire;
  /** On our side; removed at the end. */
  readonly here: string;
  /** Home folder of the account over there. */
  readonly there: string;
  login(options?: Partial<SshOptions>): Promise<Transport>;
  readonly knownHostsFile: string;
  /** Writes a file of the account over there, without its help. */
  writeThere(name: string, content: string | Uint8Array): Promise<void>;
}

/** Faults are tried far more often than is good manners. */
export const oftenEnough: MannersOptions = { loginsPerMinute: Infinity };

export async function openFaultGround(options: SshdOptions = {}): Promise<FaultGround> {
  const here = await mkdtemp(join(tmpdir(), "hpckit-soak-"));
  const server = await startSshd({ account: "guest", homeFiles: {}, ...options });
  const wire = await startWire({ port: server.port });
  const knownHosts = join(here, ".known_hosts");
  await writeFile(knownHosts, (await readFile(server.knownHostsFile, "utf8")).replaceAll(`]:${server.port} `, `]:${wire.port} `));
  const there = server.home;
  const { uid, gid } = await stat(there);
  return {
    server,
    wire,
    here,
    there,
    login: (options) =>
      connectSsh({ host: wire.host, port: wire.port, user: server.user, knownHosts: { file: knownHosts }, privateKey: { file: server.privateKeyFile }, manners: oftenEnough, ...options }),
    knownHostsFile: knownHosts,
    async writeThere(name, content) {
      await writeFile(join(there, name), content);
      await chown(join(there, name), uid, gid);
    },
    async [Symbol.asyncDispose]() {
      await wire[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(here, { recursive: true, force: true });
    },
  };
}
