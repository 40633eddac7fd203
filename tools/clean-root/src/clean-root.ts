import { execa } from "execa";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../cluster/src/host/folders.js";
import { createStep, type Progress } from "../../cluster/src/progress.js";
import { ensureRoot } from "../../cluster/src/root/build-root.js";
import type { RootSpec } from "../../cluster/src/root/root-spec.js";
import { repositoryRoot } from "../../config/packages.js";
import { ENTER_SCRIPT } from "./enter-script.js";

/** What README.md asks of a machine, but for Node and npm, and the library that Node is linked to. */
const spec: RootSpec = {
  name: "clean",
  suite: "bookworm",
  packages: ["git", "ca-certificates", "libstdc++6"],
  prepare: "true\n",
};

/** How this machine reaches package registries, name servers and the like: a machine's settings, not the project's. */
const settings = ["/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt"];
const proxies = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/** A fresh machine: a small Debian with Node, npm and git, in which nothing was installed or cached, and a fresh clone. */
export interface CleanRoot extends AsyncDisposable {
  /** Runs a shell command in the clone, as root, on the terminal of this process; gives its exit status. */
  run(command: string): Promise<number>;
}

export async function createCleanRoot({ signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void }): Promise<CleanRoot> {
  const step = createStep("clean-root", signal, onProgress);
  const base = await ensureRoot(spec, step, signal);
  const folder = await mkdtemp(join(cacheFolder(), "clean-root-"));
  const dispose = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    // A copy, not an overlay: the clusters inside stack overlays of their own, and the kernel takes two.
    await step("copying the root", async () => execa("cp", ["-a", `${base}/.`, folder], { cancelSignal: signal }));
    await step("Node and npm of this machine", async () => copyNode(folder));
    await step("a fresh clone", async () => execa("git", ["clone", "--quiet", "--no-hardlinks", repositoryRoot, join(folder, "root/hpckit")], { cancelSignal: signal }));
    for (const file of settings) await copyFile(file, join(folder, file)).catch(() => undefined);
    const environment = await readEnvironment(folder);
    return { run: async (command) => enter(environment, command, signal), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function copyNode(root: string): Promise<void> {
  const npm = process.env["npm_execpath"];
  if (npm === undefined) throw new Error("start it as `npm run clean-root`: that tells where npm is");
  const to = join(root, "usr/local/lib/node_modules/npm");
  await mkdir(dirname(to), { recursive: true });
  await cp(join(dirname(npm), ".."), to, { recursive: true });
  await copyFile(process.execPath, join(root, "usr/local/bin/node"));
  await chmod(join(root, "usr/local/bin/node"), 0o755);
  for (const name of ["npm", "npx"]) await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, "usr/local/bin", name));
}

async function readEnvironment(root: string): Promise<Record<string, string>> {
  const { stdout: registry } = await execa("npm", ["config", "get", "registry"], { cwd: repositoryRoot });
  return {
    ROOT: root,
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    LANG: "C.UTF-8",
    TERM: process.env["TERM"] ?? "dumb",
    npm_config_registry: registry.trim(),
    npm_config_cafile: "/etc/ssl/certs/ca-certificates.crt",
    ...Object.fromEntries(proxies.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
  };
}

/** In namespaces that end with the command: no process, no mount and nothing but files in the root stays. */
async function enter(environment: Readonly<Record<string, string>>, command: string, signal: AbortSignal): Promise<number> {
  const namespaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--uts", "--ipc"];
  const child = spawn("setpriv", ["--pdeathsig=KILL", "unshare", ...namespaces, "sh", "-euc", ENTER_SCRIPT, "sh", command], {
    stdio: ["ignore", "inherit", "inherit"],
    env: environment,
    signal,
    killSignal: "SIGKILL",
  });
  const [status] = (await once(child, "exit")) as [number | null];
  return status ?? 1;
}
