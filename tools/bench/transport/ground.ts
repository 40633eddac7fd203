import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { connectSsh, connectSystemSsh, type ConnectionOptions } from "@hpckit/transport";
import ssh2 from "ssh2";
import { startSshd } from "../../sshd/src/index.js";
import { ensureDebianPackages } from "../../system/src/index.js";

/** One way to a real sshd of this machine, direct or through a wire that delays. */
export interface Ground extends AsyncDisposable {
  /** On our side; removed at the end. */
  readonly here: string;
  /** Home folder of the account over there, on the same disk. */
  readonly there: string;
  /** Round trip that the wire adds, in milliseconds. */
  readonly roundTripMs: number;
  connect(options?: ConnectionOptions): Promise<Transport>;
  /** The same through the system's ssh. */
  connectSystem(): Promise<Transport>;
  /** A plain ssh2 connection, no delay set: what all ratios of commands are taken to. */
  connectRaw(): Promise<ssh2.Client>;
  /** Options that ssh, scp and sftp share; `-P` or `-p` says the port. */
  readonly sshOptions: readonly string[];
  readonly port: number;
  readonly address: string;
}

export async function openGround(roundTripMs: number): Promise<Ground> {
  await ensureDebianPackages(["openssh-client", "rsync"]);
  const folder = await mkdtemp(join(tmpdir(), "hpckit-bench-"));
  // An account whose shell reads no files of its own at start: they would be most of what is measured.
  const server = await startSshd({ account: "guest", homeFiles: {}, config: ["Subsystem sftp internal-sftp"] });
  const wire = roundTripMs === 0 ? undefined : fork(join(import.meta.dirname, "../../wire/wire-process.ts"), [String(server.port), String(roundTripMs / 2)]);
  const port = wire === undefined ? server.port : Number((await once(wire, "message"))[0]);
  const knownHosts = join(folder, "known_hosts");
  await writeFile(knownHosts, (await readFile(server.knownHostsFile, "utf8")).replaceAll(`]:${server.port} `, `]:${port} `));
  const { host, user, privateKeyFile } = server;
  const manners = { loginsPerMinute: Infinity };
  return {
    here: folder,
    there: server.home,
    roundTripMs,
    port,
    address: `${user}@${host}`,
    sshOptions: ["-i", privateKeyFile, "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes", "-o", `UserKnownHostsFile=${knownHosts}`, "-o", "LogLevel=ERROR", "-F", "none"],
    connect: (options) => connectSsh({ host, port, user, knownHosts: { file: knownHosts }, privateKey: { file: privateKeyFile }, manners, ...options }),
    connectSystem: () => connectSystemSsh({ host, port, user, config: "none", options: { UserKnownHostsFile: knownHosts, IdentityFile: privateKeyFile, IdentitiesOnly: "yes" }, manners }),
    async connectRaw() {
      const { createConnection } = await import("node:net");
      const sock = createConnection({ host, port, noDelay: true });
      await once(sock, "connect");
      const client = new ssh2.Client();
      const ready = once(client, "ready");
      client.connect({ sock, username: user, privateKey: await readFile(privateKeyFile) });
      await ready;
      return client;
    },
    async [Symbol.asyncDispose]() {
      wire?.kill();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
