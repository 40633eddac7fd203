import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { AbortedError, quote, secret, TransportError, type StreamOptions, type Transport } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pythonEnv, type PythonEnv } from "../environment/python-env.js";
import { ensurePythonEnv, type EnsuredPythonEnv } from "./ensure-python-env.js";

let folder: string;
let env: PythonEnv;
let local: Transport;

beforeAll(async () => {
  local = await connectLocal();
});
afterAll(() => local[Symbol.asyncDispose]());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "it's an env, "));
  mkdirSync(join(folder, "wheels"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "tmp"));
  writeFileSync(join(folder, "wheels/x-1-py3-none-any.whl"), "");
  writeFileSync(join(folder, "python3"), standIn);
  chmodSync(join(folder, "python3"), 0o755);
  env = pythonEnv({ root: join(folder, "ve nvs"), requirements: { text: "x==1\n" }, python: join(folder, "python3") });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An interpreter whose pip does what files beside it say, in no time and without a network. */
const standIn = `#!/bin/sh
base=$(dirname "$(readlink -f "$0")")
case "$*" in
  "-I -c"*) printf '%016d\\n3.13.5\\n' "$(printf %s "$4" | cksum | cut -d' ' -f1)" ;;
  "-c import ensurepip") [ ! -e "$base/no-pip" ] ;;
  "-m venv "*) : > "$base/venvs-made"; for made; do :; done; mkdir -p "$made/bin"; ln -s "$base/python3" "$made/bin/python" ;;
  "-m pip --version") [ ! -e "$base/no-pip" ] || exit 1; echo "pip 25.1 from /x (python 3.13)" ;;
  "-m pip install --help") echo --report ;;
  "-m pip config list")
    printf ":env:.index-url='%s'\\n" "\${PIP_INDEX_URL-}"
    [ ! -r "\${PIP_CONFIG_FILE-}" ] || sed -n "s/^index-url = \\(.*\\)/global.index-url='\\1'/p" "$PIP_CONFIG_FILE"
    [ ! -e "$base/unreadable" ] || { echo "ERROR: Configuration file could not be loaded."; exit 1; }
    [ ! -e "$base/target" ] || printf "global.index-url='https://x'\\ninstall.target='/elsewhere'\\n" ;;
  "-m pip check") [ ! -e "$base/conflict" ] || { echo "a 1 has requirement b>2, but you have b 1."; exit 1; } ;;
  "-m pip install"*)
    echo install >> "$base/installs"
    : > "$TMPDIR/pip-left-this"
    [ ! -e "$base/user" ] || [ "\${PIP_USER-}" = 0 ] || { echo "ERROR: Can not perform a '--user' install."; exit 1; }
    [ -z "\${PIP_INDEX_URL-}" ] || echo "ERROR: looked at $PIP_INDEX_URL"
    [ ! -e "$base/slow" ] || sleep 2
    while [ -e "$base/held" ]; do sleep 0.1; done
    case "$*" in *--no-index*) ;; *) [ ! -e "$base/no-index" ] || { echo "ERROR: No matching distribution found for x==1"; exit 1; } ;; esac
    echo x > "$(dirname "$(dirname "$0")")/installed-x" ;;
esac
`;

/** This machine's own pip may have settings. */
const unconfigured = { ...Object.fromEntries(Object.keys(process.env).filter((name) => name.startsWith("PIP_")).map((name) => [name, ""])), PIP_CONFIG_FILE: "/dev/null" };

/** This machine, with the real scripts in a real shell. Programs in `bin` stand in for its own. */
function machine(within: readonly string[] = []): Transport {
  const withPrograms = <Options extends Pick<StreamOptions, "env">>(options: Options): Options => ({
    ...options,
    env: { ...unconfigured, TMPDIR: join(folder, "tmp"), PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`, ...options.env },
  });
  return {
    ...local,
    exec: (argv, options = {}) => local.exec([...within, ...argv], withPrograms(options)),
    stream: (argv, options = {}) => local.stream([...within, ...argv], withPrograms(options)),
  };
}

function standInFor(program: string, script: string): void {
  writeFileSync(join(folder, "bin", program), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "bin", program), 0o755);
}

const say = (name: string): void => writeFileSync(join(folder, name), "");
const installs = (): number => (existsSync(join(folder, "installs")) ? readFileSync(join(folder, "installs"), "utf8").trim().split("\n").length : 0);
const ensure = (given = env, signal?: AbortSignal): Promise<EnsuredPythonEnv> => ensurePythonEnv(given, machine(), { signal });
const entries = (): readonly string[] => readdirSync(env.root);

describe("ensurePythonEnv", () => {
  it("builds once, then finds it", async () => {
    const built = await ensure();
    expect(built).toMatchObject({ outcome: "built-from-index", pythonVersion: "3.13.5" });
    expect(readFileSync(join(built.folder, ".hpckit/requirements.txt"), "utf8")).toBe("x==1\n");
    const { ino, mtimeMs } = statSync(built.folder);
    expect(await ensure()).toEqual({ ...built, outcome: "found" });
    expect(statSync(built.folder)).toMatchObject({ ino, mtimeMs });
    expect(installs()).toBe(1);
  });

  it("builds once for all who ask at once, and leaves only the environment", async () => {
    say("slow");
    const all = await Promise.all([ensure(), ensure(), ensure(), ensure()]);
    expect(new Set(all.map((each) => each.folder)).size).toBe(1);
    expect(all.filter((each) => each.outcome !== "found")).toHaveLength(1);
    expect(installs()).toBe(1);
    expect(entries()).toHaveLength(2);
  });

  it("begins again after a build that was killed, and clears up after it", async () => {
    say("held");
    const aborting = new AbortController();
    const killed = ensure(env, aborting.signal).catch(() => undefined);
    await expect.poll(installs, { timeout: 20_000 }).toBe(1);
    aborting.abort();
    await killed;
    rmSync(join(folder, "held"));
    expect(entries().some((name) => lstatSync(join(env.root, name)).isSymbolicLink())).toBe(false);
    expect((await ensure()).outcome).toBe("built-from-index");
    expect(installs()).toBe(2);
    expect(entries()).toHaveLength(2);
  });

  it("lets a waiting build take over when the one it waits for is killed", async () => {
    say("held");
    const aborting = new AbortController();
    const killed = ensure(env, aborting.signal).catch(() => undefined);
    await expect.poll(installs, { timeout: 20_000 }).toBe(1);
    const told: string[] = [];
    const waiting = ensurePythonEnv(env, machine(), { onProgress: (line) => told.push(line) });
    await expect.poll(() => told.join("\n"), { timeout: 20_000 }).toContain("; waiting");
    aborting.abort();
    await killed;
    rmSync(join(folder, "held"));
    expect((await waiting).outcome).toBe("built-from-index");
    expect(entries()).toHaveLength(2);
  });

  it("builds again what a purge has damaged, and leaves the old folder to those who work in it", async () => {
    const built = await ensure();
    rmSync(join(built.folder, "installed-x"));
    const again = await ensure();
    expect(again.outcome).toBe("built-from-index");
    expect(again.folder).not.toBe(built.folder);
    expect(existsSync(built.folder)).toBe(true);
  });

  it("does not take compiled files for damage", async () => {
    const built = await ensure();
    mkdirSync(join(built.folder, "__pycache__"));
    expect((await ensure()).outcome).toBe("found");
  });

  it("installs from the wheels where the index does not do, and says so", async () => {
    say("no-index");
    const said: string[] = [];
    const built = await ensurePythonEnv({ ...env, wheels: { kind: "brought", path: join(folder, "wheels") } }, machine(), { onProgress: (line) => said.push(line) });
    expect(built.outcome).toBe("built-from-wheels");
    expect(said.join("\n")).toMatch(/No matching distribution[\s\S]*installing from the wheels that came along/);
  });

  it.each([
    ["no-index", "no-matching-distribution", "No matching distribution found for x==1"],
    ["conflict", "check-failed", "a 1 has requirement b>2"],
    ["no-pip", "pip-missing", "neither ensurepip nor pip"],
  ])("leaves nothing under the root where there is %s", async (what, code, reason) => {
    say(what);
    await expect(ensure()).rejects.toMatchObject({ code, message: expect.stringContaining(reason) as string });
    expect(entries()).toEqual([]);
  });

  it.each([
    ["is signalled as it publishes", '/bin/ln "$@"; [ "$1" != -sn ] || kill -TERM $PPID'],
    ["hears of NFS that the link it made was there already", '/bin/ln "$@"; [ "$1" != -sn ]'],
  ])("keeps what it has published where it %s", async (_what, link) => {
    standInFor("ln", link);
    await ensure().catch(() => undefined);
    expect((await ensure()).outcome).toBe("found");
    expect(installs()).toBe(1);
  });

  it("leaves none of pip's temporary files where it is ended", async () => {
    standInFor("ln", '/bin/ln "$@"; [ "$1" != -sn ] || kill -TERM $PPID');
    await expect(ensure()).rejects.toMatchObject({ code: "build-failed" });
    expect(installs()).toBe(1);
    expect(readdirSync(join(folder, "tmp"))).toEqual([]);
  });

  it("leaves no claim where the disk is full", async () => {
    standInFor("mkdir", 'for claim; do :; done; /bin/mkdir "$@" || exit; case $claim in *.claim) /bin/mkdir "$claim/owner" ;; esac');
    await expect(ensure()).rejects.toMatchObject({ code: "build-failed" });
    expect(entries()).toEqual([]);
  });

  it("leaves nothing of a build that was aborted before it began", async () => {
    const aborted: Transport = { ...machine(), stream: () => { throw new AbortedError("stopped"); } };
    await expect(ensurePythonEnv(env, aborted)).rejects.toThrow(AbortedError);
    expect(entries()).toEqual([]);
  });

  it("brings its inputs once, however many ask at once", async () => {
    let uploads = 0;
    const counting: Transport = { ...machine(), upload: async (...given) => (uploads++, local.upload(...given)) };
    const given = { ...env, wheels: { kind: "brought", path: join(folder, "wheels") } as const };
    say("slow");
    await Promise.all([1, 2, 3, 4].map(() => ensurePythonEnv(given, counting)));
    expect(uploads).toBe(1);
  });

  it("leaves nothing of what it was still bringing when it was killed", async () => {
    let isKilled: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    const killed = new Promise<void>((resolve) => (isKilled = resolve));
    const gone = new Promise<void>((resolve) => (goOn = resolve));
    const slow: Transport = {
      ...machine(),
      writeFile: async (path, ...given) => {
        const [claim = ""] = entries().filter((name) => name.endsWith(".claim"));
        process.kill(Number(readFileSync(join(env.root, claim, "owner"), "utf8").trim().split(" ").at(-1)), "SIGKILL");
        isKilled();
        await gone;
        return local.writeFile(path, ...given);
      },
    };
    const failed = expect(ensurePythonEnv(env, slow)).rejects.toMatchObject({ code: "build-failed" });
    await killed;
    await ensure();
    goOn();
    await failed;
    expect(entries()).toHaveLength(2);
  });

  it("leaves nothing where its inputs cannot be brought, and says why", async () => {
    const full: Transport = { ...machine(), writeFile: () => Promise.reject(new TransportError("disk-full", "no room")) };
    await expect(ensurePythonEnv(env, full)).rejects.toMatchObject({ code: "disk-full" });
    await expect.poll(entries).toEqual([]);
    expect(installs()).toBe(0);
  });

  it("is no user's own, whatever a file of pip's settings says, and is not made where one sends pip elsewhere", async () => {
    say("user");
    await ensure();
    say("target");
    const failure: unknown = await ensure({ ...env, variant: "x" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "install-failed", message: expect.stringContaining("take 'target' out of it") as string });
    expect(entries()).toHaveLength(2);
  });

  describe("where uv is on the PATH", () => {
    const withUv = (): void =>
      standInFor("uv", `echo "$*" >> ${quote(join(folder, "uv-calls"))}; case $* in --version) echo uv 0.13.9 ;; "pip install "*) touch "$(dirname "$(dirname "$4")")/installed-x" ;; esac`);
    const calls = (): readonly string[] => readFileSync(join(folder, "uv-calls"), "utf8").trim().split("\n").map((line) => line.split(" ").slice(0, 2).join(" "));

    it("is what installs, checks and locks, and pip is not asked", async () => {
      withUv();
      expect(await ensure()).toMatchObject({ outcome: "built-from-index", installer: "uv 0.13.9" });
      expect(calls()).toEqual(["pip freeze", "--version", "pip install", "pip freeze", "pip compile", "pip check"]);
      expect(installs()).toBe(0);
    });

    it.each([["an index of its pip's that uv does not know", {}, "PIP_INDEX_URL"], ["a wish for pip", { installer: "pip" } as const, "PIP_TIMEOUT"]])("pip installs, given %s", async (_what, input, name) => {
      withUv();
      const configured: Transport = { ...machine(), stream: (argv, options) => machine().stream(argv, { ...options, env: { ...options?.env, [name]: "https://site/simple" } }) };
      expect((await ensurePythonEnv({ ...env, ...input }, configured)).installer).toBe("pip 25.1");
      expect(installs()).toBe(1);
    });

    it("it does where pip's files say nothing that decides, and not where they do", async () => {
      withUv();
      const conf = join(folder, "pip.conf");
      const configured: Transport = { ...machine(), stream: (argv, options) => machine().stream(argv, { ...options, env: { ...options?.env, PIP_CONFIG_FILE: conf } }) };
      writeFileSync(conf, "[global]\nindex-url = https://site/simple\n");
      expect((await ensurePythonEnv(env, configured)).installer).toBe("pip 25.1");
      expect((await ensurePythonEnv({ ...env, variant: "x" }, machine())).installer).toBe("uv 0.13.9");
      say("unreadable");
      expect((await ensurePythonEnv({ ...env, variant: "y" }, machine())).installer).toBe("pip 25.1");
    });

    it("it does in place of a pip that is not there", async () => {
      withUv();
      say("no-pip");
      expect((await ensure()).installer).toBe("uv 0.13.9");
      await expect(ensure({ ...env, installer: "pip" })).rejects.toMatchObject({ code: "pip-missing" });
    });
  });

  it("says where uv is missing that was asked for", async () => {
    await expect(ensure({ ...env, installer: "uv" })).rejects.toMatchObject({ code: "uv-missing" });
    expect(existsSync(join(folder, "venvs-made"))).toBe(false);
    expect(entries()).toEqual([]);
  });

  it("shows the password of an index neither in an error nor meanwhile", async () => {
    say("no-index");
    const told: string[] = [];
    const given = { ...env, index: secret("https://u:canary@x/simple") };
    const failure: unknown = await ensurePythonEnv(given, machine(), { onProgress: (line) => told.push(line) }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining("looked at [secret]") as string });
    expect(told).toContain("ERROR: looked at [secret]");
    expect(JSON.stringify([failure, (failure as Error).message, told])).not.toContain("canary");
  });

  it("takes no build for dead whose process the machine hides from other accounts", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("needs root, to mount a /proc that hides processes");
    const hidden = ["unshare", "--mount", "sh", "-c", 'mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"', "sh"];
    const name = (await ensure()).folder.replace(/-[0-9a-f]+$/, "");
    const claim = `${env.root}/.${name.slice(env.root.length + 1)}.claim`;
    rmSync(name);
    mkdirSync(claim);
    writeFileSync(join(claim, "owner"), `${hostname()} ${readlinkSync("/proc/self/ns/pid")} ${process.pid}\n`);
    for (const path of [folder, join(folder, "tmp"), env.root, claim]) chmodSync(path, 0o777);
    setTimeout(() => rmSync(claim, { recursive: true }), 1500);
    const told: string[] = [];
    const openFolders: Transport["mkdir"] = async (path) => {
      mkdirSync(String(path), { recursive: true });
      for (const made of [String(path), join(String(path), "..")]) chmodSync(made, 0o777);
    };
    await ensurePythonEnv(env, { ...machine(hidden), mkdir: openFolders }, { onProgress: (line) => told.push(line) }).catch(() => undefined);
    expect(told.join("\n")).toContain("somebody else is making it");
    expect(told.join("\n")).not.toContain("has died");
  });

  it("says that nothing can be made in the root, with the next step", async () => {
    const root = join(folder, "python3", "venvs");
    const error = { code: "root-not-writable", message: expect.stringMatching(/: mkdir: .*; ask for write access to .*ve ?nvs, or choose another root$/) as string };
    await expect(ensurePythonEnv({ ...env, root }, machine())).rejects.toMatchObject(error);
    const denied: Transport["writeFile"] = (path) => Promise.reject(new TransportError("permission-denied", `mkdir: ${String(path)}`));
    await expect(ensurePythonEnv(env, { ...machine(), writeFile: denied })).rejects.toMatchObject(error);
  });

  it("says where an interpreter is missing", async () => {
    await expect(ensure({ ...env, python: "/nowhere/python3" })).rejects.toMatchObject({ code: "python-missing" });
  });
});
