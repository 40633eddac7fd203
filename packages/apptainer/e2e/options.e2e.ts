import { addingLayer, applyLayers, commandLine, compose, expand, renderScript, secret, setVariable, type ExecResult, type LaunchLayer, type Transport } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  buildCommand,
  buildImage,
  containerLayer,
  execCommand,
  instance,
  instanceStartCommand,
  instanceStopCommand,
  sandbox,
  schedulerVariables,
  shimCommand,
  type Image,
  type SandboxContainerOptions,
  type SandboxImage,
} from "../src/index.js";
import { gpuCheck } from "../src/container/require-gpu.js";
import { workFolder } from "../../../tools/e2e/sign-in.js";
import { signInWithImage } from "../../../tools/e2e/sign-in-with-image.js";

const folder = workFolder("options");
const [root, data] = [`${folder}/root fs`, `${folder}/da,ta`];
let login: Transport;
let images: Readonly<Record<"sif" | "sandbox", Image>>;
let folderImage: SandboxImage;

beforeAll(async () => {
  const { login: on, image } = await signInWithImage(folder);
  login = on;
  const definition = { text: `Bootstrap: localimage\nFrom: ${image.path as string}\n\n%runscript\n  exec "$@"\n` };
  const { image: running } = await buildImage(login, { from: { definition }, to: `${folder}/running.sif` });
  // The engine cannot extract to a folder whose path holds a comma.
  const plain = `/shared/scratch/options-${process.pid}-root`;
  await login.exec(["sh", "-c", `${commandLine(buildCommand(`${folder}/running.sif`, { to: plain, sandbox: true }))} && mv "$1" "$2"`, "sh", plain, root], { check: true });
  await login.mkdir(data, { recursive: true });
  folderImage = sandbox(root);
  images = { sif: running, sandbox: folderImage };
});
afterAll(async () => {
  await login.exec(["sh", "-c", 'chmod -R u+rwX "$@" 2>/dev/null; rm -rf -- "$2"', "sh", folder, `/shared/scratch/options-${process.pid}-root`]);
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

const show = "import os, sys; print(' '.join(os.fsencode(word).hex() or '-' for word in sys.argv[1:])); print(' '.join('%s=%s' % (name.decode(), value.hex()) for name, value in sorted(os.environb.items()) if name.startswith(b'T_')))";
const hex = (text: string): string => Buffer.from(text).toString("hex");
const variables = (values: Readonly<Record<string, string>>): LaunchLayer =>
  addingLayer("variables", { setup: Object.entries(values).map(([name, value]) => setVariable(name, value)) });

/** In a shell of its own, as a script does it, and not in the home folder. */
const start = async (argv: readonly string[], layers: readonly LaunchLayer[], env: Record<string, string> = {}): Promise<ExecResult> => {
  const { text, secrets } = renderScript(applyLayers(compose(argv), layers));
  return login.exec(["sh", "-c", `cd /\n${text}`], { env: { ...env, ...Object.fromEntries(secrets.map(({ name, value }) => [name, value])) } });
};
const inFolder = (argv: readonly string[], options: SandboxContainerOptions): Promise<ExecResult> => start(argv, [containerLayer(folderImage, options)]);

const nasty = ["", " ", "a\nb\n", "a\rb", "$(id)", "`id`", "${HOME}", "\\", "a\\", "'", '"', '"a,b"', "a=b=c", "a,b", "*", "é\u{1f680}", "-x", "%s%n", "--", "&"];
const value = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: "binary", maxLength: 30 }).map((text) => text.replaceAll("\0", "").replaceAll("\r\n", "\n")));
const name = fc.string({ unit: fc.constantFrom("A", "b", "_", "9"), minLength: 1, maxLength: 8 }).map((text) => `T_${text}`);

const modes = (["sif", "sandbox"] as const).flatMap((kind) => (["exec", "run"] as const).flatMap((verb) => [true, false].flatMap((cleanEnv) => (["host", "none"] as const).map((home) => ({ kind, verb, cleanEnv, home })))));

describe("arguments and variables arrive byte for byte", () => {
  it.each(modes)("with $verb of a $kind, cleanEnv $cleanEnv, home $home", async ({ kind, verb, cleanEnv, home }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 6 }), fc.dictionary(name, value, { maxKeys: 8 }), async (argv, values) => {
        const { stdout, exitCode, stderr } = await start(["python3", "-c", show, ...argv], [containerLayer(images[kind], { verb, cleanEnv, home }), variables(values)]);
        const sorted = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        expect(stdout).toBe(`${argv.map((each) => hex(each) || "-").join(" ")}\n${sorted.map(([each, text]) => `${each}=${hex(text)}`).join(" ")}\n`);
      }),
      { numRuns: 4, examples: [[nasty, Object.fromEntries(nasty.map((each, index) => [`T_${index}`, each]))]] },
    );
  });
});

describe("every option that an ordinary account may use", () => {
  it.each([
    ["contain: files", { contain: "files" }, "ls -A /tmp", ""],
    ["contain: all", { contain: "all" }, '[ "$(ls /proc | grep -c "^[0-9]")" -lt 9 ] && echo alone', "alone\n"],
    ["contain: oci", { contain: "oci" }, "touch /new && umask", "0022\n"],
    ["umask", { umask: "default" }, "umask", "0022\n"],
    ["fakeroot", { fakeroot: true }, "id -u", "0\n"],
    ["own namespaces", { namespaces: { user: true, ipc: true, uts: true, pid: true, init: false } }, "echo $$", "1\n"],
    ["no PID namespace", { namespaces: { pid: false } }, "echo ok", "ok\n"],
    ["a host name", { hostname: "inside" }, "uname -n", "inside\n"],
    ["no network", { network: { types: ["none"] } }, "grep -c : /proc/net/dev", "1\n"],
    ["a start folder", { cwd: "/usr/lib" }, "pwd", "/usr/lib\n"],
    ["mounts left out", { withoutMounts: ["tmp", "home", "cwd"] }, "ls -A /tmp /home", "/home:\n\n/tmp:\n"],
    ["scratch folders", { scratch: ["/scr,atch", "/other"] }, "touch /scr,atch/x /other/x && echo ok", "ok\n"],
    ["memory for changes", { writable: "memory" }, "touch /etc/new && echo ok", "ok\n"],
    ["an application", { app: "nothing" }, "echo ok", "Could not locate the container application: nothing\n"],
    ["quiet messages", { messages: "silent", color: false }, "echo ok", "ok\n"],
  ] satisfies [string, SandboxContainerOptions, string, string][])("%s", async (_what, options, script, expected) => {
    const { stdout } = await inFolder(["sh", "-c", script], options);
    expect(stdout).toBe(expected);
  });

  it("another home folder, and a work folder with a comma and a quote", async () => {
    expect((await inFolder(["sh", "-c", 'touch "$HOME/made"; echo "$HOME"'], { home: { source: data, destination: "/own home" } })).stdout).toBe("/own home\n");
    expect(await login.stat(`${data}/made`)).toBeDefined();
    const workFolder = `${data}/w "k`;
    await login.mkdir(workFolder);
    expect((await inFolder(["sh", "-c", "echo kept > /tmp/kept"], { contain: "files", workFolder })).exitCode).toBe(0);
    expect(Buffer.from(await login.readFile(`${workFolder}/tmp/kept`)).toString()).toBe("kept\n");
  });

  // A writable one needs fuse-overlayfs or a kernel's overlay, and mkfs.ext3 for a file, none of which are here.
  it("contain with a home of its own, and oci with the umask 0022: the host's would be ignored, and are refused", async () => {
    for (const contain of ["files", "all", "oci"] as const) {
      const { stdout } = await login.exec(["sh", "-c", `umask 027; ${commandLine(execCommand(folderImage, { command: ["sh", "-c", 'ls -A "$HOME"; umask'], contain }))}`], { check: true });
      expect(stdout).toBe(contain === "oci" ? "0022\n" : "0027\n");
      expect(() => containerLayer(folderImage, { contain, home: "host" })).toThrow("an empty home");
    }
  });

  it("overlays that are read, whose names hold what divides a list, also known only on the node", async () => {
    const overlays = [`${data}/be,low "x"`, `${data}/ab,ove`];
    for (const [index, overlay] of overlays.entries()) {
      await login.exec(["mkdir", "-p", `${overlay}/upper/layer`, `${overlay}/work`], { check: true });
      await login.writeFile(`${overlay}/upper/layer/${index}`, `layer ${index}\n`);
    }
    const layers = [addingLayer("host", { setup: [setVariable("ABOVE", overlays[1] ?? "")] }), containerLayer(folderImage, { overlays: [overlays[0] ?? "", expand("$ABOVE")] })];
    expect((await start(["sh", "-c", "cat /layer/0 /layer/1"], layers)).stdout).toBe("layer 0\nlayer 1\n");
  });

  it("the folder image itself takes changes", async () => {
    expect((await inFolder(["sh", "-c", "echo changed > /changed"], { writable: "image" })).exitCode).toBe(0);
    expect(Buffer.from(await login.readFile(`${root}/changed`)).toString()).toBe("changed\n");
  });

  it("files of variables whose paths hold a comma, and the last one wins", async () => {
    const files = [`${data}/one,two.env`, `${data}/th"ree.env`];
    await login.writeFile(files[0] ?? "", "T_A='a b'\nT_B=1\n");
    await login.writeFile(files[1] ?? "", "T_B=2\n");
    expect((await inFolder(["sh", "-c", 'echo "$T_A$T_B"'], { envFiles: files })).stdout).toBe("a b2\n");
  });
});

describe("under cleanEnv", () => {
  it("the scheduler's variables come in when they are asked for, and no others", async () => {
    const env = { SLURM_PROCID: "3 $(id)", PMI_RANK: "1", CUDA_VISIBLE_DEVICES: "0,1", T_OTHER: "leak" };
    const { stdout } = await start(["sh", "-c", 'echo "$SLURM_PROCID|$PMI_RANK|$CUDA_VISIBLE_DEVICES|$T_OTHER|"'], [containerLayer(images.sif, { cleanEnv: true, pass: schedulerVariables })], env);
    expect(stdout).toBe("3 $(id)|1|0,1||\n");
  });
});

describe("a GPU that is required", () => {
  it.each([
    ["amd", "no AMD device came into the container"],
    ["nvidia", "no NVIDIA driver library came into the container"], // the machine has devices in name
  ] as const)("of %s stops the launch: %s", async (gpu, reason) => {
    const { exitCode, stdout, stderr } = await start(["echo", "started"], [containerLayer(images.sif, { gpu, requireGpu: true })]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 69, stdout: "" });
    expect(stderr).toContain(reason);
  });

  it("is missed where its device is seen and may not be opened, as in a job that was given none", async () => {
    const host = `/shared/scratch/gpu-${process.pid}`;
    const check = gpuCheck("amd").shell.replaceAll("/dev/", `${host}/`).replaceAll("/.singularity.d/libs/", `${host}/`);
    await login.exec(["sh", "-c", 'mkdir "$1" && touch "$1/kfd" "$1/libamdhip64.so.6" && chmod 000 "$1/kfd"', "sh", host], { check: true });
    const first = await login.exec(["sh", "-c", check]);
    await login.exec(["chmod", "600", `${host}/kfd`], { check: true });
    const second = await login.exec(["sh", "-c", check]);
    await login.remove(host, { recursive: true });
    expect(first).toMatchObject({ exitCode: 69, stderr: expect.stringContaining("no AMD device came into the container") as string });
    expect(second).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("lets the launch go on where a device and a library are there", async () => {
    await login.writeFile(`${data}/libcuda.so.1`, "");
    const mounts = [{ source: `${data}/libcuda.so.1`, destination: "/.singularity.d/libs/libcuda.so.1", readOnly: true }];
    expect(await start(["echo", "started"], [containerLayer(folderImage, { gpu: "nvidia", requireGpu: true, mounts })])).toMatchObject({ exitCode: 0, stdout: "started\n" });
  });
});

describe("an instance that runs", () => {
  const running = `flags-${process.pid}`;
  beforeAll(async () => {
    const { text } = renderScript({ argv: instanceStartCommand(images.sif, { name: running, mounts: [{ source: data, destination: "/da,ta" }] }), setup: [], teardown: [], needs: [] });
    await login.exec(["sh", "-c", text], { check: true });
  });
  afterAll(async () => {
    await login.exec(["sh", "-c", commandLine(instanceStopCommand(running))]);
  });

  it("gets arguments and variables byte for byte, and starts where it is told", async () => {
    const values = Object.fromEntries(nasty.map((each, index) => [`T_${String.fromCharCode(65 + index)}`, each]));
    const { stdout, stderr } = await start(["python3", "-c", show, ...nasty], [containerLayer(instance(running), { cleanEnv: true, cwd: "/usr" }), variables(values)]);
    expect(stderr).toBe("");
    expect(stdout).toBe(`${nasty.map((each) => hex(each) || "-").join(" ")}\n${Object.entries(values).map(([each, text]) => `${each}=${hex(text)}`).join(" ")}\n`);
    expect((await start(["pwd"], [containerLayer(instance(running), { cwd: "/usr" })])).stdout).toBe("/usr\n");
  });

  it("sees what it was started with", async () => {
    const script = commandLine(execCommand(instance(running), { command: ["ls", "-d", "/da,ta"] }));
    expect((await login.exec(["sh", "-c", script])).stdout).toBe("/da,ta\n");
  });
});

describe("a shim in the spelling of scripts", () => {
  it("starts the image's own program with its mounts and variables", async () => {
    await login.writeFile(`${data}/site.conf`, "configured\n");
    await login.writeFile(`${data}/site.env`, "T_SITE='a b'\n");
    const { argv } = shimCommand(images.sif, {
      cleanEnv: true,
      envFile: `${data}/site.env`,
      envFileText: "T_SITE='a b'\n",
      noHome: true,
      mounts: [{ source: `${data}/site.conf`, destination: "/etc/config/site/site.conf", readOnly: true }, { source: data, destination: "/var/log/site" }],
      arguments: ["sh", "-c", "cat /etc/config/site/site.conf; echo $T_SITE > /var/log/site/log"],
    });
    expect(await login.exec(["sh", "-c", commandLine(argv)])).toMatchObject({ exitCode: 0, stdout: "configured\n" });
    expect(Buffer.from(await login.readFile(`${data}/log`)).toString()).toBe("a b\n");
  });
});

describe("an image that is encrypted", () => {
  it("gets its passphrase by the environment alone", () => {
    const launch = applyLayers(compose(["true"]), [containerLayer(images.sif, { decryption: { passphrase: secret("canary") } })]);
    expect(renderScript(launch).text).not.toContain("canary");
    expect(renderScript(launch).secrets.map(({ name: each }) => each)).toEqual([expect.stringMatching(/APPTAINER_ENCRYPTION_PASSPHRASE$/)]);
  });
});
