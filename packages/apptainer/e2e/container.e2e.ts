import { addingLayer, applyLayers, compose, expand, fragment, needing, prepare, renderScript, run, secret, setVariable, sh, type ExecResult, type LaunchLayer, type Transport, type UnresolvedLayer } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { container, containerLayer, EngineError, findEngine, ImageError, sandbox, sif, type SifImage } from "../src/index.js";
import { workFolder } from "../../../tools/e2e/sign-in.js";
import { signInWithImage } from "../../../tools/e2e/sign-in-with-image.js";

const folder = workFolder("container");
let login: Transport;
let image: SifImage;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder, 'a:b "c".sif'));
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

/** Prints, in hexadecimal, its arguments and the variables that are asked for. */
const show = "import os, sys; print(' '.join(os.fsencode(word).hex() or '-' for word in sys.argv[1:])); print(' '.join('%s=%s' % (name.decode(), value.hex()) for name, value in sorted(os.environb.items()) if name.startswith(b'T_')))";
const hex = (text: string): string => Buffer.from(text).toString("hex");
const start = (argv: readonly string[], layers: readonly (LaunchLayer | UnresolvedLayer)[], env: Record<string, string> = {}): Promise<ExecResult> =>
  run(compose(argv, layers), login, { env });
const variables = (values: Readonly<Record<string, string>>): LaunchLayer =>
  addingLayer("variables", { setup: Object.entries(values).map(([name, value]) => setVariable(name, value)) });

const nasty = ["", " ", "\n", "a\nb\n", "\r\n", "a\rb\r", "$(id)", "`id`", "${HOME}", "\\", "a\\", "\\\\n", "'", '"', '"a,b"', "a=b=c", "a,b", "#", "~", "*", "!", "é\u{1f680}", "\u0001\u007f", "-x", "%s%n"];
const value = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\0", "")));

describe("a container", () => {
  it.each([true, false])("gets arguments and variables byte for byte, with cleanEnv %s, with and without a shell inside", async (cleanEnv) => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 6 }), fc.array(value, { minLength: 1, maxLength: 8 }), fc.boolean(), async (argv, values, shell) => {
        const named = Object.fromEntries(values.map((each, index) => [`T_${String.fromCharCode(65 + index)}`, each]));
        const layers = [containerLayer(image, { cleanEnv }), ...(shell ? [addingLayer("shell", { setup: [fragment(sh`:`)] })] : []), variables(named)];
        const { stdout, exitCode, stderr } = await start(["python3", "-c", show, ...argv], layers);
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        expect(stdout).toBe(`${argv.map((each) => hex(each) || "-").join(" ")}\n${Object.entries(named).map(([name, each]) => `${name}=${hex(each)}`).join(" ")}\n`);
      }),
      { numRuns: 20, examples: [[nasty, nasty.slice(0, 8), true], [nasty, nasty.slice(0, 16), false], [[], nasty.slice(16), true]] },
    );
  });

  it("sees what the command needs under every name that can be mounted, and nothing is mounted under another", async () => {
    const unit = fc.constantFrom("a", " ", ",", '"', "'", "\\", ":", "=", "$", "`", "\n", "\r", "*", "?", "#", "~", "^", "{", "}", "é", "%", ";", "&", "|", "!");
    const name = fc.string({ unit, minLength: 1, maxLength: 12 }).filter((text) => !text.includes("\r\n"));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 4 }), async (names) => {
        const base = `${folder}/names ${count++}`;
        const files = [...new Set(names)].map((each, index) => ({ path: `${base}/${each}`, content: `content ${index}` }));
        for (const { path, content } of files) {
          await login.mkdir(path, { recursive: true });
          await login.writeFile(`${path}/file`, content);
        }
        const layers = [containerLayer(image), needing(...files.map(({ path }) => ({ path, access: "read" as const })))];
        const { stdout, stderr } = await start(["cat", ...files.map(({ path }) => `${path}/file`)], layers);
        expect(stderr).toBe("");
        expect(stdout).toBe(files.map(({ content }) => content).join(""));
      }),
      { numRuns: 12, examples: [[["a,b", 'q"q', " lead and trail ", "x\ny"]], [["\r", "a:b", "a^b", "\\n"]]] },
    );
  });

  it("writes where the command needs to write, and only there", async () => {
    const [input, output] = [`${folder}/in, put`, `${folder}/in, put/out`];
    await login.mkdir(output, { recursive: true });
    const script = 'echo product > "$1/x"; if echo more > "$2/x"; then echo written; fi 2>/dev/null';
    const needs = needing({ path: output, access: "write" }, { path: input, access: "read" });
    const { stdout } = await start(["sh", "-c", script, "sh", output, input], [containerLayer(image), needs]);
    expect(stdout).toBe("");
    expect(Buffer.from(await login.readFile(`${output}/x`)).toString()).toBe("product\n");
  });

  it("sees another folder at the place where it is mounted, read-only when asked", async () => {
    await login.mkdir(`${folder}/data`, { recursive: true });
    await login.writeFile(`${folder}/data/f`, "here");
    const mounts = [{ source: `${folder}/data`, destination: "/mnt/in, side", readOnly: true }];
    expect((await start(["cat", "/mnt/in, side/f"], [containerLayer(image, { mounts })])).stdout).toBe("here");
    expect((await start(["touch", "/mnt/in, side/f"], [containerLayer(image, { mounts })])).stderr).toContain("Read-only file system");
  });

  it("follows a needed path that is a link", async () => {
    await login.mkdir(`${folder}/real`, { recursive: true });
    await login.writeFile(`${folder}/real/f`, "linked");
    await login.exec(["ln", "-sfn", `${folder}/real`, `${folder}/link`], { check: true });
    const needs = needing({ path: `${folder}/link`, access: "read" });
    expect((await start(["cat", `${folder}/link/f`], [containerLayer(image), needs])).stdout).toBe("linked");
  });

  it("expands a path of the node on the node, and refuses one that cannot be mounted", async () => {
    await login.mkdir(`${folder}/node, time`, { recursive: true });
    await login.writeFile(`${folder}/node, time/f`, "node");
    const layers = [containerLayer(image), needing({ path: expand("$T_SCRATCH/node, time"), access: "write" })];
    expect((await start(["cat", `${folder}/node, time/f`], layers, { T_SCRATCH: folder })).stdout).toBe("node");
    const refused = await start(["true"], layers, { T_SCRATCH: '/a"b' });
    expect(refused).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("it holds a quote") as string });
  });

  it("fails where a needed path is not there", async () => {
    const { exitCode, stderr } = await start(["true"], [containerLayer(image), needing({ path: `${folder}/absent`, access: "read" })]);
    expect(exitCode).toBe(255);
    expect(stderr).toContain("absent");
  });

  it("gets secrets by its environment, whichever way they go", async () => {
    const layer = addingLayer("secrets", { setup: [setVariable("T_A", secret("canary 'a'")), setVariable("LD_LIBRARY_PATH", secret("/canary"))] });
    const { stdout } = await start(["sh", "-c", 'printf "%s|%s|" "$T_A" "$LD_LIBRARY_PATH"; env | grep -c HPCKIT_SECRET'], [containerLayer(image), layer]);
    expect(stdout).toBe("canary 'a'|/canary|0\n");
  });

  it("starts with none of the host's variables but those that are passed, and mounts nothing that the host's say", async () => {
    const env = { T_HOST: "leak", T_PASSED: "a,b'\"\n$(id)", APPTAINERENV_T_PROFILE: "leak", APPTAINER_BIND: "/etc:/mnt", APPTAINER_CONTAIN: "1" };
    const { stdout } = await start(["sh", "-c", 'env | grep "^T_" | cut -d= -f1; printf "%s|" "$T_PASSED"; ls /mnt'], [containerLayer(image, { cleanEnv: true, pass: ["T_PASSED", "T_ABSENT"] })], env);
    expect(stdout).toBe(`T_PASSED\n${env.T_PASSED}|`);
  });

  it("hides the home folder when asked, also when it starts there", async () => {
    await login.exec(["touch", "/home/alice/canary"], { check: true });
    expect((await start(["ls", "/home/alice"], [containerLayer(image)])).stdout).toContain("canary");
    expect((await start(["sh", "-c", "ls /home/alice; :"], [containerLayer(image, { home: "none" })])).stdout).not.toContain("canary");
  });

  it("ends with the command's status, and a failing step inside stops it", async () => {
    expect((await start(["sh", "-c", "exit 7"], [containerLayer(image)])).exitCode).toBe(7);
    const failing = addingLayer("failing", { setup: [fragment(sh`(exit 9)`)] });
    expect(await start(["echo", "started"], [containerLayer(image), failing])).toMatchObject({ exitCode: 9, stdout: "" });
  });

  it("runs in a job, with the scheduler's variables that are passed", async () => {
    const launch = await prepare(compose(["sh", "-c", 'echo "$SLURM_JOB_ID $T_A"'], [container(image, { cleanEnv: true, pass: ["SLURM_JOB_ID"] }), variables({ T_A: "it's" })]), login);
    const { stdout, stderr } = await login.exec(["srun", "-n1", "sh", "-c", renderScript(launch).text]);
    expect(stdout, stderr).toMatch(/^\d+ it's\n$/);
  });

  it("starts from a folder as from a file", async () => {
    expect((await start(["cat", "/etc/hostname"], [containerLayer(sandbox("/shared/images/debian-root"))])).exitCode).toBe(0);
  });

  it("stands within another, as far as the outer image has an engine", async () => {
    const { stderr } = await start(["true"], [containerLayer(image), containerLayer(image)]);
    expect(stderr).toMatch(/apptainer: not found/);
  });
});

describe("container, when it is prepared", () => {
  it("says before the queue what is missing", async () => {
    await expect(start(["true"], [container(sif(`${folder}/absent.sif`))])).rejects.toThrow(ImageError);
    await expect(start(["true"], [container(image, { program: "/opt/nowhere/apptainer" })])).rejects.toThrow(EngineError);
    expect((await start(["echo", "ok"], [container(image)])).stdout).toBe("ok\n");
  });

  it("finds the engine", async () => {
    expect(await findEngine(login)).toMatchObject({ kind: "found", version: { flavour: "apptainer" } });
    expect(await findEngine(login, { program: "no-such-engine" })).toMatchObject({ kind: "not-found" });
  });
});

describe("a launch that was applied", () => {
  it("has its words expanded where their layer stands: left of the container by the host, right of it inside", async () => {
    const layers = [addingLayer("host", { setup: [setVariable("T_X", "host")] }), containerLayer(image, { cleanEnv: true }), variables({ T_X: "inside" })];
    const launch = applyLayers(compose(["echo", expand("$T_X")]), layers);
    const { stdout } = await login.exec(["sh", "-c", renderScript(launch).text]);
    expect(stdout).toBe("inside\n");
  });
});
