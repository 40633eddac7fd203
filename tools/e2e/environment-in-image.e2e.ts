import { join } from "node:path";
import { container, type SifImage } from "@hpckit/apptainer";
import { compose, prepare, renderScript, run, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensurePythonEnv, pythonEnv, virtualenv } from "@hpckit/venv";
import { repositoryRoot } from "../config/packages.js";
import { workFolder } from "./sign-in.js";
import { signInWithImage } from "./sign-in-with-image.js";

const exampleWheels = join(repositoryRoot, "docs/examples/daily-processing/wheels");
const folder = workFolder("image");
const env = pythonEnv({ root: `${folder}/venvs`, requirements: { text: "svg.py==1.10.0\n" }, wheels: exampleWheels });
const tell = compose(["python", "-c", "import svg, sys; print(sys.version_info[:2]); print(sys.prefix)"]).argv;
let login: Transport;
let image: SifImage;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder, "python.sif"));
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

describe("an environment inside an image", () => {
  it.each([true, false])("is of the image's own Python, with cleanEnv %s, and is found again", async (cleanEnv) => {
    const recipe = compose(tell, [container(image, { cleanEnv }), virtualenv(env)]);
    const version = (await login.exec(["apptainer", "exec", `${folder}/python.sif`, "python3", "-c", "import sys; print(sys.version_info[:2])"])).stdout;
    const first = (await run(recipe, login)).stdout;
    expect(first.startsWith(version)).toBe(true);
    expect(first).toContain(`${folder}/venvs/`);
    expect((await run(recipe, login)).stdout).toBe(first);
    expect((await login.list(env.root)).filter(({ kind }) => kind === "symlink")).toHaveLength(1);
  });

  it("is another than that of the host's Python", async () => {
    const onHost = await ensurePythonEnv(env, login);
    const { stdout } = await run(compose(tell, [container(image), virtualenv(env)]), login);
    expect(stdout).not.toContain(onHost.folder);
  });

  it("works in a job, where it is mounted by itself", async () => {
    const launch = await prepare(compose(tell, [container(image, { cleanEnv: true }), virtualenv(env)]), login);
    const { stdout, stderr } = await login.exec(["srun", "-n1", "sh", "-c", renderScript(launch).text]);
    expect(stdout, stderr).toContain(`${folder}/venvs/`);
  });
});
