import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import getPort from "get-port";
import { ensureDebianPackages, findProgram, MissingRequirementError } from "../../system/src/index.js";
import { accountFiles, guest, service, writeAccountFiles } from "./accounts.js";
import { givenCodes, writeOneTimeCodes } from "./one-time-codes.js";
import { runServer, serverSettings, type RunningServer, type ServerProcess } from "./running-server.js";
import { renderSshdConfig } from "./sshd-config.js";

export interface SshdOptions {
  /** Path of the account's login shell; needs root, because the server must see another /etc/passwd. */
  readonly loginShell?: string;
  /** `own` (default): the account of this process. `guest`: an ordinary one that exists only for this server; needs root. */
  readonly account?: "own" | "guest";
  /** Files of the account's home folder, by relative path, e.g. `.bashrc`. With them the home is a temporary one, as it is for a guest; needs root. */
  readonly homeFiles?: Readonly<Record<string, string>>;
  /** Lines of sudoers(5) for this server alone. With them there is an account `hpckit-service` without a login shell; needs root. */
  readonly sudoers?: readonly string[];
  /** One-time codes that sign in, by keyboard-interactive or as a password; needs root. Each works once. `AuthenticationMethods` in `config` asks for a key as well. */
  readonly codes?: readonly string[];
  /** Sessions that one connection may have at a time; by default 10, as sshd's own default. */
  readonly maxSessions?: number;
  /** Further lines of sshd_config(5); they win over ours. */
  readonly config?: readonly string[];
}

/** A server on the loopback address, with one account whose key is known to it. */
export interface Sshd extends RunningServer, AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Home folder of the account. */
  readonly home: string;
  /** Of this server alone, for keys and other files; removed with it. */
  readonly folder: string;
  readonly privateKeyFile: string;
  /** Holds the server's host keys under `[127.0.0.1]:port`. */
  readonly knownHostsFile: string;
  /** Answers that were given to the question for a code, right or wrong. */
  answered(): Promise<readonly string[]>;
}

/**
 * Starts an sshd of its own. Nothing outside of its temporary folder is written.
 *
 * As root it runs in a mount namespace with copies of passwd, shadow and group.
 * @throws {@link MissingRequirementError} where it cannot run.
 */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await ensureDebianPackages(["openssh-server", "openssh-client", ...(options.sudoers === undefined ? [] : ["sudo"])]);
  const program = await findProgram("sshd");
  if (program === undefined) throw new MissingRequirementError("An SSH server", ["no sshd: install openssh-server"]);
  const needsRoot = options.loginShell !== undefined || options.account === "guest" || options.homeFiles !== undefined || options.sudoers !== undefined || options.codes !== undefined;
  if (needsRoot && !isRoot) throw new MissingRequirementError("An SSH server with an account of its own", ["not root: run it with sudo"]);

  const folder = await mkdtemp(join(tmpdir(), "hpckit-sshd-"));
  try {
    const account = await prepareAccount(folder, options, isRoot);
    await makeKeys(folder);
    const hasPenalties = await knowsPenalties(program);
    const port = await getPort({ host: "127.0.0.1" });
    await writeFile(join(folder, "sshd_config"), renderSshdConfig({ port, folder, maxSessions: options.maxSessions ?? 10, hasPenalties, usesPam: options.codes !== undefined, extra: options.config ?? [] }));
    await writeKnownHosts(folder, port);
    if (options.codes !== undefined) await writeOneTimeCodes(folder, options.codes);
    const server = await runServer(async () => {
      const started = launch(program, folder, isRoot ? replacedFiles(options) : undefined);
      await untilListening(port, started);
      return { process: started };
    });
    return {
      ...server,
      ...account,
      host: "127.0.0.1",
      port,
      folder,
      privateKeyFile: join(folder, "id_ed25519"),
      knownHostsFile: join(folder, "known_hosts"),
      answered: () => givenCodes(folder),
      async [Symbol.asyncDispose]() {
        await server.kill();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Files and folders that stand in place of those in /etc, where this server looks. */
const replacedFiles = ({ sudoers, codes }: SshdOptions): readonly string[] => [...accountFiles(sudoers), ...(codes === undefined ? [] : ["pam.d"])];

async function prepareAccount(folder: string, options: SshdOptions, isRoot: boolean): Promise<{ user: string; home: string }> {
  const own = userInfo();
  const isGuest = options.account === "guest";
  const user = isGuest ? guest.name : own.username;
  const hasHome = isGuest || options.homeFiles !== undefined;
  const home = hasHome ? join(folder, "home") : own.homedir;
  if (hasHome) {
    await mkdir(home);
    for (const [name, text] of Object.entries(options.homeFiles ?? {})) {
      await mkdir(dirname(join(home, name)), { recursive: true });
      await writeFile(join(home, name), text);
    }
    // Those who sign in must get through to their home.
    await execa("chmod", ["-R", "a+rX", folder]);
    if (isGuest) await chown(home, guest.id, guest.id);
  }
  if (options.sudoers !== undefined) {
    await mkdir(join(folder, "service"), { mode: 0o700 });
    await chown(join(folder, "service"), service.id, service.id);
    await chmod(folder, 0o755);
  }
  if (isRoot) await writeAccountFiles(folder, { user, home, loginShell: options.loginShell ?? (isGuest ? "/bin/sh" : (own.shell ?? "/bin/sh")), sudoers: options.sudoers });
  return { user, home };
}

async function makeKeys(folder: string): Promise<void> {
  const make = (name: string, type: string): Promise<unknown> => execa("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "hpckit-test", "-f", join(folder, name)]);
  await Promise.all([make("host_ed25519", "ed25519"), make("host_ecdsa", "ecdsa"), make("id_ed25519", "ed25519")]);
  await writeFile(join(folder, "authorized_keys"), await readFile(join(folder, "id_ed25519.pub")));
}

async function writeKnownHosts(folder: string, port: number): Promise<void> {
  const keys = await Promise.all(["host_ed25519", "host_ecdsa"].map((name) => readFile(join(folder, `${name}.pub`), "utf8")));
  await writeFile(join(folder, "known_hosts"), keys.map((key) => `[127.0.0.1]:${port} ${key}`).join(""));
}

async function knowsPenalties(program: string): Promise<boolean> {
  const { stdout, stderr } = await execa(program, ["-V"], { reject: false });
  const version = /OpenSSH_(\d+)\.(\d+)/.exec(stdout + stderr);
  return version !== null && Number(version[1]) * 100 + Number(version[2]) >= 908;
}

/** @param replaced - files of /etc that it sees as they stand in the folder; needs root. */
function launch(program: string, folder: string, replaced: readonly string[] | undefined): ServerProcess {
  const start = [program, "-D", "-e", "-f", join(folder, "sshd_config")];
  if (replaced === undefined) return execa(start[0] ?? "", start.slice(1), serverSettings);
  const script = 'for name in $1; do mount --bind "$0/$name" "/etc/$name" || exit; done; shift; mkdir -p /run/sshd; exec "$@"';
  // It ends with us, however we end.
  return execa("unshare", ["--mount", "setpriv", "--pdeathsig", "KILL", "sh", "-c", script, folder, replaced.join(" "), ...start], serverSettings);
}

async function untilListening(port: number, server: ServerProcess): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await answers(port))) {
    if (server.exitCode !== null) throw new Error(`sshd did not start:\n${(await server).all}`);
    if (Date.now() > deadline) {
      server.kill("SIGKILL");
      throw new Error("sshd does not answer after 15 s");
    }
    await delay(20);
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    const settle = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("data", () => settle(true));
    socket.once("error", () => settle(false));
    socket.once("close", () => settle(false));
  });
