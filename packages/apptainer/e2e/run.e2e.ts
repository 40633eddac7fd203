import { AbortedError, addingLayer, compose, fragment, prepare, renderScript, run, setVariable, sh, type LaunchLayer, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { container, containerLayer, guarded, runInContainer, sif, startInstance, type ContainerOptions, type ContainerResult, type RunInContainerOptions, type SifImage } from "../src/index.js";
import { workFolder } from "../../../tools/e2e/sign-in.js";
import { signInWithImage } from "../../../tools/e2e/sign-in-with-image.js";

const folder = workFolder("run");
let login: Transport;
let image: SifImage;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder));
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

interface Start extends RunInContainerOptions {
  readonly container?: ContainerOptions;
  readonly outer?: readonly LaunchLayer[];
  readonly inner?: readonly LaunchLayer[];
}

const start = (argv: readonly string[], { container, outer = [], inner = [], ...options }: Start = {}): Promise<ContainerResult> =>
  runInContainer(compose(argv, [...outer, containerLayer(image, container), ...inner]), login, options);
const shell = (script: string, options?: Start): Promise<ContainerResult> => start(["sh", "-c", script], options);
/** A broken option that no schema lets through: the engine itself must refuse or drop it. */
const engineFlag = (...flags: readonly string[]): LaunchLayer => ({
  name: "container",
  apply: (launch) => {
    const started = containerLayer(image).apply(launch);
    return { ...started, argv: started.argv.flatMap((word) => (word === "--no-eval" ? [word, ...flags] : [word])) };
  },
});
const withFlags = (...flags: readonly string[]): Promise<ContainerResult> => runInContainer(compose(["echo", "started"], [engineFlag(...flags)]), login);

describe("the outcome of a command in a container", () => {
  it.each([0, 1, 7, 78, 125, 126, 255])("is its own exit code %i, whatever it prints", async (code) => {
    const said = `FATAL:   not the engine\nWARNING: While bind mounting 'x'\nhpckit: started\nno end`;
    const { outcome, stdout, stderr } = await start(["sh", "-c", 'printf %s "$1" >&2; echo out; exit "$2"', "sh", said, String(code)]);
    expect(outcome).toEqual({ kind: "exited", exitCode: code, notes: [] });
    expect({ stdout, stderr }).toEqual({ stdout: "out\n", stderr: said });
  });

  it.each([{ pid: true }, {}])("is the signal that ended it, with the name spaces %o", async (namespaces) => {
    for (const signal of ["TERM", "KILL", "SEGV", "XCPU", "SYS"]) expect((await shell(`kill -${signal} $$`, { container: { namespaces } })).outcome).toMatchObject({ kind: "signalled", signal: `SIG${signal}` });
  });

  it("is a runtime failure in the engine's words, with what to do", async () => {
    const missing = await runInContainer(compose(["true"], [containerLayer(sif(`${folder}/none.sif`))]), login);
    expect(missing).toMatchObject({ stdout: "", stderr: "", outcome: { kind: "runtime-failure", reason: expect.stringContaining("no such file or directory") as string, advice: expect.stringContaining("the image is not on this machine") as string } });
    const mounts = [{ source: `${folder}/absent`, destination: "/mnt" }];
    expect((await shell("true", { container: { mounts } })).outcome).toMatchObject({ kind: "runtime-failure", reason: expect.stringContaining("doesn't exist") as string });
  });

  it("is a usage failure without the usage text", async () => {
    const { outcome, stdout, stderr } = await withFlags("--bogus");
    expect(outcome).toEqual({ kind: "usage-failure", reason: 'Error for command "exec": unknown flag: --bogus', notes: [] });
    expect(stdout + stderr).toBe("");
  });

  it("is never-started where the program is not in the image, or a step before it fails inside or outside", async () => {
    expect((await start(["no-such-program"])).outcome).toMatchObject({ kind: "never-started", because: "setup", reason: "hpckit: no-such-program: not found in the container" });
    const failing = addingLayer("failing", { setup: [fragment(sh`echo 'no data today' >&2; exit 9`)] });
    for (const place of [{ inner: [failing] }, { outer: [failing] }]) {
      expect((await start(["echo", "x"], place)).outcome).toMatchObject({ kind: "never-started", because: "setup", reason: "no data today" });
    }
  });
});

describe("data that the engine loses with a mere warning", () => {
  const bind = (source: string, destination: string): readonly string[] => ["--mount", `type=bind,source=${source},destination=${destination}`];
  it.each([
    ["variables", ["--env", "a-b=1"], "invalid var name"],
    ["mounts", [...bind("/etc", "/mnt"), ...bind("/var", "/mnt")], "already in the mount point list"],
  ] as const)("stops the launch: %s", async (loss, flags, said) => {
    const { outcome, stdout } = await withFlags(...flags);
    expect(outcome).toMatchObject({ kind: "never-started", because: "lost-data", lost: [{ loss, said: expect.stringContaining(said) as string }] });
    expect(stdout).toBe("");
  });

  it("includes the mounts that a site forbids; container() refuses them before the queue", async () => {
    const configFile = `/shared/scratch/closed-${process.pid}.conf`;
    await login.exec(["sh", "-c", "sed 's/^user bind control.*/user bind control = no/' /etc/apptainer/apptainer.conf > \"$1\"", "sh", configFile], { check: true });
    const options = { configFile, mounts: [{ source: folder, destination: "/mnt" }] };
    try {
      const { outcome, stdout } = await start(["echo", "started"], { container: options });
      expect(outcome).toMatchObject({ kind: "never-started", because: "lost-data", lost: [{ loss: "mounts", said: expect.stringContaining("user bind control disabled") as string }] });
      expect(stdout).toBe("");
      await expect(prepare(compose(["true"], [container(image, options)]), login)).rejects.toMatchObject({ code: "mounts-refused" });
      expect((await run(compose(["echo", "started"], [container(image, { configFile })]), login)).stdout).toBe("started\n");
      await expect(startInstance(login, image, { name: `closed-${process.pid}`, ...options })).rejects.toMatchObject({ code: expect.stringMatching(/^instance-(?:lost-data|not-started)$/) as string });
    } finally {
      await login.remove(configFile);
    }
  });

  it("includes HOME, and the folder to start in; what is accepted is a note", async () => {
    const home = addingLayer("home", { setup: [setVariable("APPTAINERENV_HOME", "/x")] });
    expect((await start(["true"], { outer: [home], container: { keepEngineVariables: ["APPTAINERENV_HOME"] } })).outcome).toMatchObject({ because: "lost-data", lost: [{ loss: "variables" }] });
    const elsewhere = { cwd: folder, container: { home: "none" } } as const;
    expect((await shell("true", elsewhere)).outcome).toMatchObject({ because: "lost-data", lost: [{ loss: "working-folder" }], advice: expect.stringContaining('cwd: "/"') as string });
    expect(await shell("pwd", { cwd: folder, container: { home: "none", cwd: "/" } })).toMatchObject({ stdout: "/\n", outcome: { kind: "exited", exitCode: 0 } });
    expect((await shell("true", { ...elsewhere, accept: ["working-folder"] })).outcome).toMatchObject({ kind: "exited", exitCode: 0, notes: [expect.stringContaining("working directory")] });
  });
});

describe("a GPU that was required", () => {
  // The machine has devices in name.
  it.each([["nvidia", "no NVIDIA driver library"], ["amd", "no AMD device"]] as const)("of %s is told as lost where it did not come in, also to who would accept that", async (gpu, said) => {
    for (const accept of [[], ["gpu"]] as const) {
      const { outcome, stdout } = await start(["echo", "started"], { container: { gpu, requireGpu: true }, accept });
      expect(outcome).toMatchObject({ kind: "never-started", because: "lost-data", reason: expect.stringContaining(said) as string });
      expect(outcome).toMatchObject({ lost: expect.arrayContaining([{ loss: "gpu", said: expect.stringContaining(said) as string }]) as unknown });
      expect(stdout).toBe("");
    }
  });
});

describe("a guarded launch", () => {
  it("hands stdin in, and none of its descriptors", async () => {
    const { outcome, stdout } = await shell("cat; for fd in 3 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$fd ] || echo open $fd; done", { stdin: "in put" });
    expect(outcome.kind).toBe("exited");
    expect(stdout).toBe("in put");
  });

  it("says in a job's log that the command was not started, and leaves its status", async () => {
    const launch = await prepare(compose(["no-such-program"], [guarded(containerLayer(image))]), login);
    const { exitCode, stderr } = await login.exec(["srun", "-n1", "sh", "-c", renderScript(launch).text]);
    expect(exitCode).toBe(127);
    expect(stderr).toContain("hpckit: the command was not started in its container (status 127)");
  });

  it("brings a signal to the command, and with a PID namespace nothing of it is left", async () => {
    const script = `trap 'echo trapped; exit 5' TERM; sleep 3141${process.pid} & echo ready > ${JSON.stringify(`${folder}/ready`)}; wait`;
    const inner = addingLayer("needs", { needs: [{ path: folder, access: "write" }] });
    const launch = await prepare(compose(["sh", "-c", script], [guarded(containerLayer(image, { namespaces: { pid: true } })), inner]), login);
    const signalling = 'sh -c "$1" & child=$!; until [ -e "$2/ready" ]; do sleep 0.1; done; kill -TERM "$child"; wait "$child"; echo "status $?"; ps -eo args | grep -c "^[s]leep 3141$3"';
    const { stdout, stderr } = await login.exec(["sh", "-c", signalling, "sh", renderScript(launch).text, folder, String(process.pid)], { timeoutMs: 60_000 });
    expect(stdout, stderr).toBe("trapped\nstatus 5\n0\n");
  });

  it("brings a scheduler's signal to the command of a batch job", async () => {
    const script = `trap 'echo trapped; exit 0' USR1; echo ready; while :; do sleep 0.1; done`;
    const launch = await prepare(compose(["sh", "-c", script], [guarded(containerLayer(image))]), login);
    await login.writeFile(`${folder}/job.sh`, `#!/bin/sh\n${renderScript(launch).text}`);
    const log = async (): Promise<string> => Buffer.from(await login.readFile(`${folder}/job.log`)).toString();
    const job = (await login.exec(["sbatch", "--parsable", "--mem=1G", "--output", `${folder}/job.log`, `${folder}/job.sh`], { check: true })).stdout.trim();
    await expect.poll(() => log().catch(() => ""), { timeout: 30_000 }).toBe("ready\n");
    await login.exec(["scancel", "--signal=USR1", "--batch", job], { check: true });
    await expect.poll(log, { timeout: 30_000 }).toBe("ready\ntrapped\n");
  });

  it("leaves nothing running when the call is aborted, and nothing mounted", async () => {
    const aborting = new AbortController();
    const marker = `2718${process.pid}`;
    const running = shell(`sleep ${marker} & sleep ${marker}; wait`, { signal: aborting.signal });
    const find = async (script: string, word: string): Promise<readonly string[]> =>
      (await login.exec(["sh", "-c", `for p in /proc/[0-9]*; do ${script}; done; :`, "sh", word])).stdout.trim().split("\n").filter((line) => line !== "");
    const spaces = (): Promise<readonly string[]> => find('case $(tr "\\0" " " < $p/cmdline 2>/dev/null) in "sleep $1 ") readlink $p/ns/user; esac', marker);
    await expect.poll(spaces, { timeout: 30_000 }).toHaveLength(2);
    const [space = "none"] = await spaces();
    const members = (): Promise<readonly string[]> => find('[ "$(readlink $p/ns/user 2>/dev/null)" != "$1" ] || tr "\\0" " " < $p/cmdline', space);
    expect((await members()).join("\n")).toContain("squashfuse");
    aborting.abort();
    await expect(running).rejects.toThrow(AbortedError);
    await expect.poll(members, { timeout: 10_000 }).toEqual([]);
  });
});
