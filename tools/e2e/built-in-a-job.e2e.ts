import { join } from "node:path";
import { container, doctor, fromStore, imageStore } from "@hpckit/apptainer";
import { applyPrune, compose, planPrune, prepare, run, type Transport } from "@hpckit/core";
import { connectSlurm, type Allocation, type Slurm } from "@hpckit/slurm-client";
import { ensurePythonEnv, pythonEnv, virtualenv } from "@hpckit/venv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../config/packages.js";
import { signIn, workFolder } from "./sign-in.js";

const folder = workFolder("built in a job");
const images = "/shared/scratch/built-in-a-job";
const env = pythonEnv({ root: `${folder}/venvs`, requirements: { text: "svg.py==1.10.0\n" }, wheels: join(repositoryRoot, "docs/examples/daily-processing/wheels") });
const store = imageStore({ root: `${images}-${process.pid}` });
const source = { folder: "/shared/images/debian-root" };
let login: Transport;
let slurm: Slurm;
let nodes: Allocation;

beforeAll(async () => {
  login = await signIn("newest");
  slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
  nodes = await slurm.allocate({ time: "15m", cpusPerTask: 2, memory: "1G" });
});
afterAll(async () => {
  await nodes.release();
  for (const made of [folder, store.root]) await login.remove(made, { recursive: true });
  await login[Symbol.asyncDispose]();
});

describe("what a login node would kill is made in a job", () => {
  it("an environment, once for those who ask in the job and on the login node, and is used from there", async () => {
    const node = nodes.transport();
    const all = await Promise.all([node, node, login].map((on) => ensurePythonEnv(env, on)));
    expect(new Set(all.map((each) => each.folder)).size).toBe(1);
    expect(all.filter(({ outcome }) => outcome !== "found")).toHaveLength(1);
    const job = await slurm.submit({ time: "5m", memory: "100M", workFolder: folder, output: "out.log", launch: compose(["python", "-c", "import svg; print(svg.__file__)"], [virtualenv(env)]) });
    expect((await job.done()).kind).toBe("completed");
    expect(Buffer.from(await login.readFile(`${folder}/out.log`)).toString()).toContain(all[0]?.folder);
  });

  it("an image of a store, with the node's doctor asked first, which serves the login node too", async () => {
    const node = nodes.transport();
    expect((await doctor(node)).filter(({ severity }) => severity === "error")).toEqual([]);
    const recipe = compose(["sh", "-c", 'echo "in ${APPTAINER_NAME:-none}"'], [container(fromStore(store, source))]);
    const launch = await prepare(recipe, node);
    expect(launch.argv.some((word) => typeof word === "string" && word.startsWith(store.root))).toBe(true);
    expect((await run(recipe, login)).stdout).toMatch(/^in .*\.sif\n$/);
  });

  it("and is not pruned while the job that could use it is there", async () => {
    const options = { live: slurm.liveWork, unusedFor: "0s", keepNewest: 0 };
    const held = await planPrune(login, env.root, options);
    expect(held).toMatchObject({ remove: [], keep: [{ because: "unknown", reason: expect.stringContaining(nodes.job.id) as string }] });
    await nodes.release();
    await expect.poll(async () => (await planPrune(login, env.root, options)).remove.length, { timeout: 30_000, interval: 1000 }).toBe(1);
    const { removed } = await applyPrune(login, await planPrune(login, env.root, options));
    expect(removed).toHaveLength(1);
    expect(await login.list(env.root)).toEqual([]);
  });
});
