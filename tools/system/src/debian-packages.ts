import { execa } from "execa";
import { findProgram, MissingRequirementError } from "./requirements.js";

export interface EnsurePackagesOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/**
 * Installs the Debian packages that are not installed yet, and does nothing when all are.
 *
 * Guarantees: resolved ⇒ dpkg calls every one of them installed.
 * @throws {@link MissingRequirementError} naming each thing that stands in the way: not Linux, not root, no apt.
 */
export async function ensureDebianPackages(names: readonly string[], options: EnsurePackagesOptions = {}): Promise<void> {
  const absent = await absentPackages(names);
  if (absent.length === 0) return;
  const obstacles = await installObstacles(absent);
  if (obstacles.length > 0) throw new MissingRequirementError(`Installing ${absent.join(", ")}`, obstacles);

  options.onProgress?.(`installing ${absent.join(", ")}`);
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...absent];
  // A fresh machine has no package lists, and old lists name files that the mirror no longer keeps.
  await apt(["update", "-qq"], { signal: options.signal });
  await apt([...install, "--download-only"], { signal: options.signal });
  // dpkg must not be cut short, or the machine is left to be repaired by hand: neither by this signal nor by Ctrl-C,
  // which a terminal sends to the whole foreground group.
  await apt(install, { detached: true });
  options.signal?.throwIfAborted();
}

async function absentPackages(names: readonly string[]): Promise<readonly string[]> {
  if (process.platform !== "linux" || (await findProgram("dpkg-query")) === undefined) return names;
  const { stdout } = await execa("dpkg-query", ["-W", "-f=${db:Status-Status} ${Package}\n", ...names], { reject: false });
  const installed = new Set(stdout.split("\n").filter((line) => line.startsWith("installed ")).map((line) => line.slice("installed ".length)));
  return names.filter((name) => !installed.has(name));
}

async function installObstacles(absent: readonly string[]): Promise<readonly string[]> {
  if (process.platform !== "linux") return [`this is ${process.platform}; Linux is needed`];
  const obstacles: string[] = [];
  if ((await findProgram("apt-get")) === undefined) obstacles.push(`no apt-get: install ${absent.join(", ")} by other means`);
  if (process.getuid?.() !== 0) obstacles.push("not root: run it with sudo");
  return obstacles;
}

async function apt(argv: readonly string[], { signal, detached = false }: { readonly signal?: AbortSignal | undefined; readonly detached?: boolean }): Promise<void> {
  // One after the other, whichever process of ours asks: apt does not wait for another update. Another program's apt
  // (unattended-upgrades on a fresh machine) may hold dpkg's lock for a while.
  const result = await execa("flock", ["--no-fork", "/run/lock/hpckit-apt", "apt-get", "-o", "DPkg::Lock::Timeout=120", ...argv], {
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "ignore",
    reject: false,
    detached,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (result.failed) throw new Error(`apt-get ${argv[0] ?? ""} failed:\n${result.message?.slice(-2000) ?? ""}`);
}
