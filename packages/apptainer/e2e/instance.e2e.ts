import { linesOf, needing, addingLayer, setVariable, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildImage, checkInstance, findInstance, InstanceError, instanceLogs, listInstances, measureInstance, sandbox, startInstance, stopInstance, sweepLeftovers, type SifImage, type StartInstanceOptions } from "../src/index.js";
import { workFolder } from "../../../tools/e2e/sign-in.js";
import { signInWithImage } from "../../../tools/e2e/sign-in-with-image.js";

const folder = workFolder("instance");
const names = ["a", "b", "c"].map((letter) => `run-e2e-${process.pid}.${letter}`);
const [name = "", other = ""] = names;
let login: Transport;
let image: SifImage;

beforeAll(async () => {
  const signedIn = await signInWithImage(folder, "base.sif");
  login = signedIn.login;
  const text = `Bootstrap: localimage\nFrom: ${folder}/base.sif\n\n%startscript\n  exec "$@"\n`;
  ({ image } = await buildImage(login, { from: { definition: { text } }, to: `${folder}/image.sif` }) as { image: SifImage });
}, 300_000);
beforeEach(async () => {
  for (const each of names) await stopInstance(login, each, { timeoutSeconds: 1 });
});
afterAll(async () => {
  for (const each of names) await stopInstance(login, each, { timeoutSeconds: 1 });
  await login.exec(["sh", "-c", 'rm -f -- ~/.apptainer/instances/logs/*/"$(id -un)"/"$1".*', "sh", `run-e2e-${process.pid}`]);
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

const shell = (script: string, options: Partial<StartInstanceOptions> = {}): StartInstanceOptions => ({ name, arguments: ["sh", "-c", script], ...options });
const state = async (): Promise<string> => (await findInstance(login, name)).kind;
const kill = (pid: number | undefined): Promise<unknown> => login.exec(["kill", "-9", String(pid)], { check: true });
/** Processes that name the instance, or are behind it, by the engine's monitor. */
const parentOf = async (pid: number): Promise<number> => Number((await login.exec(["ps", "-o", "ppid=", "-p", String(pid)])).stdout);
const childrenOf = async (pid: number, what: string): Promise<readonly number[]> =>
  (await login.exec(["sh", "-c", 'ps -o pid= -o args= --ppid "$1" | awk -v what="$2" \'index($0, what) { print $1 }\'', "sh", String(pid), what])).stdout.trim().split(/\s+/).filter(Boolean).map(Number);

describe("an instance", () => {
  it("runs once, with its variables, and is found again with the same options only", async () => {
    const layers = [addingLayer("variables", { setup: [setVariable("T_A", `it's "a, b" $(id)`)] }), needing({ path: folder, access: "write" })];
    const options = shell(`printf '%s|' "$T_A" > "$1"; exec sleep 600`, { layers });
    const started = await startInstance(login, image, { ...options, arguments: [...(options.arguments ?? []), "sh", `${folder}/told`] });
    expect(started).toMatchObject({ kind: "started", instance: { kind: "running", name, payload: [expect.any(Number)] } });
    await expect.poll(async () => Buffer.from(await login.readFile(`${folder}/told`)).toString()).toBe(`it's "a, b" $(id)|`);
    expect(await startInstance(login, image, { ...options, arguments: [...(options.arguments ?? []), "sh", `${folder}/told`] })).toMatchObject({ kind: "already-there", instance: { pid: started.instance.pid } });
    await expect(startInstance(login, image, shell("sleep 600"))).rejects.toThrow(InstanceError);
    expect((await listInstances(login)).filter((each) => each.name === name)).toEqual([started.instance]);
  });

  it("does not start from a bare root file system, and the error says what it needs", async () => {
    const bare = startInstance(login, sandbox("/shared/images/debian-root"), shell("exec sleep 600"));
    await expect(bare).rejects.toThrow(/exec \/\.singularity\.d\/actions\/start failed: .*no such file or directory \(an instance needs an image that Apptainer built/);
  });

  it("is started once by all who ask at once", async () => {
    const all = await Promise.all([1, 2, 3].map(() => startInstance(login, image, shell("exec sleep 600"))));
    expect(all.map(({ kind }) => kind).sort()).toEqual(["already-there", "already-there", "started"]);
    expect(new Set(all.map(({ instance }) => instance.pid)).size).toBe(1);
  });

  it("is idle once what it was started for has ended, or was killed, and is still joined", async () => {
    await startInstance(login, image, shell("exit 4"));
    await expect.poll(state).toBe("idle");
    expect(await checkInstance(login, name, { command: ["true"] })).toMatchObject({ kind: "not-running", state: { kind: "idle" } });
    await stopInstance(login, name);
    const { instance } = await startInstance(login, image, shell("exec sleep 600"));
    if (instance.kind === "running") await kill(instance.payload[0]);
    await expect.poll(state).toBe("idle");
  });

  it("tells its health by a command, a file or a port", async () => {
    await startInstance(login, image, shell("exec sleep 600"));
    expect(await checkInstance(login, name, { command: ["true"] })).toEqual({ kind: "healthy" });
    expect(await checkInstance(login, name, { command: ["sh", "-c", "echo bad >&2; exit 3"] })).toEqual({ kind: "unhealthy", reason: "sh -c echo bad >&2; exit 3: exit code 3: bad" });
    expect(await checkInstance(login, name, { file: "/.singularity.d" })).toEqual({ kind: "healthy" });
    expect(await checkInstance(login, name, { file: "/nowhere" })).toEqual({ kind: "unhealthy", reason: "/nowhere is not there" });
    expect(await checkInstance(login, name, { port: 1 })).toMatchObject({ kind: "unhealthy" });
    expect(await checkInstance(login, name, { command: ["no-such-program"] })).toEqual({ kind: "unknown", reason: "hpckit: no-such-program: not found in the container" });
    expect(await checkInstance(login, name, { file: "/" }, { program: "/no/such/engine" })).toMatchObject({ kind: "unknown" });
  });

  it("has figures where the engine made it a cgroup, and a reason where not", async () => {
    await startInstance(login, image, shell("exec sleep 600"));
    const measure = await measureInstance(login, name);
    if (measure.kind === "measured") expect(measure.figures.tasks).toBeGreaterThan(0);
    else expect(measure).toEqual({ kind: "unknown", reason: expect.stringContaining("only available if cgroups are enabled") as string });
    expect(await measureInstance(login, other)).toEqual({ kind: "not-running", state: { kind: "not-found", name: other } });
  });

  it("has logs, which are followed", async () => {
    await startInstance(login, image, shell("echo first; echo bad >&2; sleep 1; echo second; exec sleep 600"));
    const seen: string[] = [];
    for await (const line of linesOf(instanceLogs(login, name, { follow: true }))) {
      seen.push(line);
      if (line === "second") break;
    }
    expect(seen.slice(-2)).toEqual(["first", "second"]);
    expect((await instanceLogs(login, `${name}.none`, { follow: true }).result).exitCode).toBe(1);
    let errors = "";
    for await (const text of instanceLogs(login, name, { of: "err", lastLines: 1 })) errors += text;
    expect(errors).toBe("bad\n");
  });

  it("carries the job in which it was started", async () => {
    const inJob: Transport = { ...login, exec: (argv, options) => login.exec(argv, { ...options, env: { ...options?.env, SLURM_JOB_ID: "4711" } }), target: login.target };
    expect((await startInstance(inJob, image, shell("exec sleep 600", { cleanEnv: true }))).instance.jobId).toBe("4711");
  });

  it("is not started where the engine cannot, with its reason", async () => {
    await expect(startInstance(login, image, shell("true", { mounts: [{ source: `${folder}/absent`, destination: "/mnt" }] }))).rejects.toThrow(/doesn't exist \(a path that is mounted/);
    expect(await state()).toBe("not-found");
  });
});

describe("a start that is killed", () => {
  it("hinders no other one, and what came up of it is found", async () => {
    const [program, flag] = [`${folder}/engine`, `${folder}/killing`];
    await login.writeFile(program, `#!/bin/sh\nif [ "$1" = instance ] && rm "\${0%/*}/killing" 2>/dev/null; then kill -9 $PPID; fi\nexec apptainer "$@"\n`);
    await login.exec(["chmod", "+x", program], { check: true });
    await login.writeFile(flag, "");
    const options = shell("exec sleep 600", { program });
    const first = await startInstance(login, image, options).then(({ kind }) => kind, (error: unknown) => (error as InstanceError).code);
    expect(["instance-start-interrupted", "already-there"]).toContain(first);
    expect((await startInstance(login, image, options)).instance.kind).toBe("running");
    await stopInstance(login, name);
    const { stdout } = await login.exec(["sh", "-c", 'ps -eo args | grep -F "[$1]" | grep -v grep; ls -d ~/.apptainer/instances/hpckit-*"$1"* 2>/dev/null; :', "sh", name]);
    expect(stdout).toBe("");
  });
});

describe("stopInstance", () => {
  const leftBehind = async (): Promise<string> => (await login.exec(["sh", "-c", 'ps -eo args | grep -F "[$1]" | grep -v grep; ls -d ~/.apptainer/instances/app/*/"$(id -un)"/"$1" "$2/pid" 2>/dev/null; :', "sh", name, folder])).stdout;

  it("lets what runs end by itself, and leaves nothing; doing it twice is no error", async () => {
    const pidFile = `${folder}/pid`;
    const { instance } = await startInstance(login, image, shell("trap 'echo goodbye; exit 0' TERM; sleep 600 & wait", { pidFile }));
    const monitor = await parentOf(instance.pid);
    expect(Buffer.from(await login.readFile(pidFile)).toString().trim()).toBe(String(instance.pid));
    expect(await stopInstance(login, name, { pidFile })).toEqual({ kind: "stopped", forced: false });
    expect(await leftBehind()).toBe("");
    expect((await login.exec(["ps", "-o", "args=", "-p", String(monitor)])).stdout).toBe("");
    let log = "";
    for await (const text of instanceLogs(login, name, { lastLines: 1 })) log += text;
    expect(log).toBe("goodbye\n");
    expect(await stopInstance(login, name)).toEqual({ kind: "not-found" });
  });

  it("ends by force what does not heed the signal", async () => {
    await startInstance(login, image, shell("trap '' TERM; while :; do sleep 1; done"));
    expect(await stopInstance(login, name, { timeoutSeconds: 1 })).toEqual({ kind: "stopped", forced: true });
    expect(await leftBehind()).toBe("");
  });

  it("leaves other instances alone", async () => {
    await startInstance(login, image, shell("exec sleep 600"));
    await startInstance(login, image, shell("exec sleep 600", { name: other }));
    await stopInstance(login, other);
    expect(await state()).toBe("running");
  });
});

describe("what was killed", () => {
  it("is never shown as running: the first process, the monitor, both", async () => {
    for (const whom of ["first", "monitor", "both"]) {
      const { instance } = await startInstance(login, image, shell("exec sleep 600"));
      const monitor = await parentOf(instance.pid);
      const [fuse] = await childrenOf(monitor, "squashfuse");
      if (whom !== "first") await kill(monitor);
      if (whom !== "monitor") await login.exec(["kill", "-9", String(instance.pid)]);
      await expect.poll(state, { message: whom }).toMatch(/^(?:dead-but-listed|not-found)$/);
      expect(["stopped", "not-found"]).toContain((await stopInstance(login, name)).kind);
      expect(await state()).toBe("not-found");
      await expect.poll(async () => (await login.exec(["ps", "-o", "args=", "-p", String(fuse)])).stdout, { message: whom }).toBe("");
    }
  });

  it("is not a container whose ranks share name spaces: that is listed as none", async () => {
    const running = login.exec(["sh", "-c", 'cd / && exec apptainer exec --sharens "$1" sleep 5', "sh", image.path as string]);
    const engines = async (): Promise<string> => (await login.exec(["apptainer", "instance", "list", "--all"])).stdout;
    await expect.poll(engines, { timeout: 20_000 }).toContain("sharens_instance_");
    expect((await listInstances(login)).filter((each) => each.name.startsWith("sharens"))).toEqual([]);
    expect((await running).exitCode).toBe(0);
  });

  it("is swept, and what lives is left alone", async () => {
    const { instance } = await startInstance(login, image, shell("exec sleep 600"));
    await startInstance(login, image, shell("exec sleep 600", { name: other }));
    const monitor = await parentOf(instance.pid);
    const fuse = await childrenOf(monitor, "squashfuse");
    expect(fuse).toHaveLength(1);
    await kill(monitor);
    expect((await sweepLeftovers(login)).map(({ pid }) => pid)).toContain(fuse[0]);
    expect(await checkInstance(login, other, { command: ["cat", "/etc/hostname"] })).toEqual({ kind: "healthy" });
  });

  it("is dead but listed where its PID belongs to somebody else now, or to nobody", async () => {
    const { instance } = await startInstance(login, image, shell("exec sleep 600"));
    const book = (pid: number | string): Promise<unknown> => login.exec(["sh", "-c", 'sed -i "s/^{\\"pid\\":[0-9]*/{\\"pid\\":$2/" ~/.apptainer/instances/app/*/"$(id -un)"/"$1"/"$1.json"', "sh", name, String(pid)], { check: true });
    for (const pid of [1, 4_194_000]) {
      await book(pid);
      expect(await state()).toBe("dead-but-listed");
    }
    await book(instance.pid);
    expect(await state()).toBe("running");
  });

  it("is unknown where it belongs to another machine of the same home folder", async () => {
    await startInstance(login, image, shell("exec sleep 600"));
    const elsewhere: Transport = { ...login, target: login.target, exec: (argv, options) => login.exec(["unshare", "-r", "--uts", "sh", "-c", 'hostname elsewhere && id() { echo alice; } && uname() { echo elsewhere; } && eval "$1"', "sh", argv[2] ?? ""], options) };
    expect((await findInstance(elsewhere, name)).kind).toBe("unknown");
    expect((await stopInstance(elsewhere, name)).kind).toBe("unknown");
    expect(await state()).toBe("running");
  });
});
