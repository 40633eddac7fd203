import { access, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa, type Result } from "execa";
import { ensureDebianPackages, MissingRequirementError } from "../system/src/index.js";

/** A `systemd --user` of its own, whatever is process 1 of the machine. */
export interface UserSystemd extends AsyncDisposable {
  /** Of this manager alone, for files of a test; removed with it. */
  readonly folder: string;
  /** Where it looks for units. */
  readonly units: string;
  /** Runs `systemctl --user`; a non-zero exit is a result. */
  systemctl(...argv: readonly string[]): Promise<Pick<Result, "exitCode" | "stdout" | "stderr">>;
}

/** It needs a cgroup of its own in each hierarchy that systemd uses, and a folder that says that systemd has booted. */
const startScript = `
for hierarchy in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
  [ -e "$hierarchy/cgroup.procs" ] || continue
  mkdir -p "$hierarchy/$1"
  echo $$ >"$hierarchy/$1/cgroup.procs"
done
mount -t tmpfs tmpfs /run/systemd
mkdir /run/systemd/system
exec /lib/systemd/systemd --user --log-target=console --log-level=warning
`;

/** Starts one as root, without lingering, log-in or D-Bus. @throws {@link MissingRequirementError} where it cannot run. */
export async function startUserSystemd(): Promise<UserSystemd> {
  if (process.getuid?.() !== 0) throw new MissingRequirementError("A systemd --user for tests", ["not root: run it with sudo"]);
  await ensureDebianPackages(["systemd"]);
  await mkdir("/run/systemd", { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), "hpckit-systemd-"));
  const units = join(folder, "config/systemd/user");
  await mkdir(units, { recursive: true });
  const environment = { PATH: process.env["PATH"] ?? "", HOME: folder, XDG_CONFIG_HOME: join(folder, "config"), XDG_RUNTIME_DIR: join(folder, "run") };
  await mkdir(environment.XDG_RUNTIME_DIR, { mode: 0o700 });
  // It ends with us, however we end.
  const argv = ["--mount", "--propagation", "private", "setpriv", "--pdeathsig", "KILL", "sh", "-euc", startScript, "sh", basename(folder)];
  const manager = execa("unshare", argv, { env: environment, extendEnv: false, reject: false, all: true, stdin: "ignore", detached: true });
  const systemctl: UserSystemd["systemctl"] = (...words) => execa("systemctl", ["--user", ...words], { env: environment, extendEnv: false, reject: false });
  const dispose = async (): Promise<void> => {
    await systemctl("exit");
    if (manager.exitCode === null) manager.kill("SIGKILL");
    await manager;
    await removeCgroups(basename(folder));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = Date.now() + 15_000;
  while (!(await isThere(join(environment.XDG_RUNTIME_DIR, "systemd/private")))) {
    await delay(20);
    if (manager.exitCode === null && Date.now() < deadline) continue;
    manager.kill("SIGKILL");
    const { all } = await manager;
    await dispose();
    throw new Error(`systemd --user did not start:\n${all}`);
  }
  return { folder, units, systemctl, [Symbol.asyncDispose]: dispose };
}

const isThere = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

/** Those of its services within them, too; a cgroup is removed as an empty folder, deepest first. */
const removeCgroups = async (name: string): Promise<unknown> => execa("sh", ["-c", 'for h in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do [ ! -d "$h/$0" ] || find "$h/$0" -depth -type d -exec rmdir {} \\;; done', name], { reject: false });
