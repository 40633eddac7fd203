import { sh, type Transport } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type JobSpecInput, type Slurm } from "../src/index.js";
import { arbitraryDependency, arbitraryValues } from "../src/spec/fixtures/arbitrary-values.js";
import { optionTable } from "../src/spec/option/option-table.js";
import { missingIn } from "../src/cluster/release.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };
const values = 15;

/** What a field cannot be said without. */
const beside: Readonly<Partial<Record<keyof JobSpecInput, Partial<JobSpecInput>>>> = {
  gpuBinding: { gpus: 4 }, gpuFrequency: { gpus: 1 }, tresBinding: { gpus: 4 }, distribution: { ntasks: 4 }, tresPerTask: { ntasks: 1 }, delayBoot: { constraint: "icelake" },
};

type OptionField = keyof typeof optionTable;

describe.each(testedSeries)("values that sbatch of Slurm %s reads", (series) => {
  let login: Transport;
  let slurm: Slurm;
  let jobs: readonly string[] = [];

  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login);
    const held = sh`for array in --array=0-3 --ignore-pbs; do printf '#!/bin/sh\n' | sbatch --parsable --hold --output=/dev/null "$array"; done`;
    jobs = (await login.exec(["sh", "-c", held.shell], { check: true })).stdout.trim().split("\n");
  });
  afterAll(async () => {
    await login.exec(["scancel", ...jobs]);
    await login[Symbol.asyncDispose]();
  });

  /** Has sbatch look at each command and queue nothing; gives those that it does not take, and why. Which governors may be is the site's. */
  async function refusals(commands: readonly (readonly string[])[]): Promise<readonly string[]> {
    const refused: string[] = [];
    for (const argv of commands) {
      const [program = "", ...options] = argv;
      const { exitCode, stderr } = await login.exec([program, "--test-only", ...options], { stdin: "#!/bin/sh\n" });
      if (exitCode !== 0 && !stderr.includes("is not allowed in slurm.conf")) refused.push(`${options.join(" ")} ⇒ ${stderr}`);
    }
    return refused;
  }

  const commandFor = async (field: string, value: unknown): Promise<readonly string[]> =>
    (await slurm.plan({ launch, ...beside[field as OptionField], [field]: value })).argv.filter((word) => !/^--(?:parsable|comment|chdir|output)/.test(word));

  it.each(Object.entries(arbitraryValues))("of %s", async (field, arbitrary) => {
    if (missingIn(optionTable[field as OptionField], slurm.cluster.version) !== undefined) return;
    const commands = await Promise.all(fc.sample<unknown>(arbitrary, values).map((value) => commandFor(field, value)));
    expect(await refusals(commands)).toEqual([]);
  });

  it("of dependency", async () => {
    const ids = jobs.flatMap((id, index) => (index === 0 ? [id, `${id}_2`] : [id]));
    const commands = await Promise.all(fc.sample(arbitraryDependency(ids), values).map((value) => commandFor("dependency", value)));
    expect(await refusals(commands)).toEqual([]);
  });
});
