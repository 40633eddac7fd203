import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { HpckitError, type Transport } from "@hpckit/core";
import { connectSsh, connectSystemSsh, type ConnectionOptions } from "@hpckit/transport";
import { startSshd, type Sshd, type SshdOptions } from "../../sshd/src/index.js";

/** What came of a fault of the server, for transports with nothing but their defaults. */
export interface RecoveryReport {
  /** From the beginning of the fault until the last call that was under way has failed. */
  readonly errorAfterMs?: number;
  /** From the end of the fault until every transport has run a command again. */
  readonly worksAfterMs?: number;
  /** When sshd let somebody in, by `performance.now()`. */
  readonly logins: readonly number[];
  readonly faults: readonly string[];
}

/** Takes longer than until the fault begins. */
const hugeBytes = 16_000_000_000;
const guest: SshdOptions = { account: "guest", homeFiles: {} };
/** Longer than the keepalives. */
const frozenMs = 75_000;
const downMs = 20_000;
/** A call is made so often, as by somebody who looks after a queue. */
const everyMs = 1_000;
const giveUpMs = 180_000;

const direct = ({ host, port, user, knownHostsFile, privateKeyFile }: Sshd, more: ConnectionOptions = {}): Promise<Transport> =>
  connectSsh({ host, port, user, knownHosts: { file: knownHostsFile }, privateKey: { file: privateKeyFile }, ...more });
const system = ({ host, port, user, knownHostsFile, privateKeyFile }: Sshd, more: ConnectionOptions = {}): Promise<Transport> =>
  connectSystemSsh({ host, port, user, config: "none", options: { UserKnownHostsFile: knownHostsFile, IdentityFile: privateKeyFile, IdentitiesOnly: "yes" }, ...more });

export const mostInAMinute = (times: readonly number[]): number => Math.max(0, ...times.map((end) => times.filter((time) => time > end - 60_000 && time <= end).length));

/** A command, an upload and a download are under way when the fault begins. */
async function throughFault(begin: (server: Sshd) => Promise<void>, lastsMs: number, end: (server: Sshd) => Promise<void>): Promise<RecoveryReport> {
  const here = await mkdtemp(join(tmpdir(), "hpckit-soak-"));
  try {
    await using server = await startSshd(guest);
    await using first = await direct(server);
    await using second = await system(server);
    await writeFile(join(here, "huge"), "");
    await truncate(join(here, "huge"), hugeBytes);
    await first.exec(["truncate", "-s", String(hugeBytes), "huge"], { check: true });
    const faults: string[] = [];
    const failing = [first, second].flatMap((login, index) => [
      mustFail(`command ${index}`, login.exec(["sleep", "3000"]), faults),
      mustFail(`upload ${index}`, login.upload(join(here, "huge"), `up${index}`), faults),
      mustFail(`download ${index}`, login.download("huge", join(here, `down${index}`)), faults),
    ]);
    await delay(2_000);
    const beganAt = performance.now();
    await begin(server);
    let endedAt = Infinity;
    const lasting = delay(lastsMs).then(async () => {
      await end(server);
      endedAt = performance.now();
    });
    await Promise.all(failing);
    const errorAfterMs = performance.now() - beganAt;
    const again = await Promise.all([first, second].map((login) => untilWorks(login, () => endedAt, faults)));
    await lasting;
    return { errorAfterMs, worksAfterMs: Math.max(...again) - endedAt, logins: server.loginTimesMs, faults };
  } finally {
    await rm(here, { recursive: true, force: true });
  }
}

async function mustFail(name: string, work: Promise<unknown>, faults: string[]): Promise<void> {
  const end = await work.then(
    () => "a success",
    (error: unknown) => (isLoss(error) ? undefined : String(error)),
  );
  if (end !== undefined) faults.push(`${name}: ${end}`);
}

const isLoss = (error: unknown): boolean => error instanceof HpckitError && ["connection-lost", "connection-refused", "timeout"].includes(error.code);

/** @returns when a command was run, after the fault has ended. */
async function untilWorks(login: Transport, endedAt: () => number, faults: string[]): Promise<number> {
  for (;;) {
    try {
      const begunAt = performance.now();
      await login.exec(["true"], { check: true, timeoutMs: 30_000 });
      if (begunAt > endedAt() || performance.now() > endedAt()) return performance.now();
    } catch (error) {
      if (!isLoss(error)) faults.push(String(error));
      if (performance.now() > endedAt() + giveUpMs) return Infinity;
    }
    await delay(everyMs);
  }
}

async function manyCalls(maxSessions: number): Promise<RecoveryReport> {
  await using server = await startSshd({ ...guest, maxSessions });
  await using first = await direct(server);
  await using second = await system(server);
  const faults: string[] = [];
  await Promise.all(
    [first, second].flatMap((login) =>
      Array.from({ length: 60 }, async (_, index) => {
        const said = await login.exec(["sh", "-c", `sleep 0.05; echo ${index}`]).then(({ stdout }) => stdout, String);
        if (said !== `${index}\n`) faults.push(`call ${index}: ${said}`);
      }),
    ),
  );
  return { logins: server.loginTimesMs, faults };
}

async function manyTransports(): Promise<RecoveryReport> {
  await using server = await startSshd({ ...guest, config: ["MaxStartups 2:90:4", "LogLevel VERBOSE"] });
  const faults: string[] = [];
  const works = async (index: number): Promise<void> => {
    try {
      await using login = await (index % 3 === 0 ? system : direct)(server, { ownConnection: true });
      await login.exec(["true"], { check: true });
    } catch (error) {
      faults.push(`transport ${index}: ${String(error)}`);
    }
  };
  await Promise.all(Array.from({ length: 12 }, (_, index) => works(index)));
  if (/drop connection|beginning MaxStartups/.test(server.log())) faults.push("sshd dropped logins");
  return { logins: server.loginTimesMs, faults };
}

export const recoveries: Readonly<Record<string, () => Promise<RecoveryReport>>> = {
  freeze: () => throughFault((server) => server.freeze(), frozenMs, (server) => server.thaw()),
  restart: () => throughFault((server) => server.kill(), downMs, (server) => server.restart()),
  "MaxSessions 1": () => manyCalls(1),
  "MaxSessions 2": () => manyCalls(2),
  "MaxSessions 10": () => manyCalls(10),
  "MaxStartups 2:90:4, 12 transports": manyTransports,
};
