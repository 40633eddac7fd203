import { compose, raw, sh, TransportError, type ExecOptions, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { beginSoon } from "../src/testing/shared-jobs.js";
import { connectSlurm, findDifferences, InvalidPartitionError, LimitExceededError, type Slurm } from "../src/index.js";

const options = { pollIntervalMs: 1000, patience: { lostMs: 5000 } };
const wait = compose(["sleep", "600"]);

/** A connection over which every command is carried out, and the answer of sbatch does not arrive. */
const losing = (transport: Transport): Transport => ({
  ...transport,
  exec: async (argv: readonly string[], given?: ExecOptions) => {
    const result = await transport.exec(argv, given);
    if (argv.some((word) => word.includes("sbatch --parsable"))) throw new TransportError("reply-incomplete", "the reply was cut");
    return result;
  },
});

describe.each(testedSeries)("heterogeneous jobs on Slurm %s", (series) => {
  let login: Transport;
  let slurm: Slurm;
  let folder: string;

  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login, options);
    folder = (await login.exec(["sh", "-c", 'mktemp -d "$HOME/het-XXXXXX"'], { check: true })).stdout.trim();
  });
  afterAll(async () => {
    await login.remove(folder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  /** What Slurm says of each component. */
  async function show(id: string): Promise<readonly string[]> {
    const { stdout } = await login.exec(["scontrol", "show", "job", id], { check: true });
    return stdout.trim().split("\n\n");
  }

  it("ask for each component's own, and for what belongs to the whole", async () => {
    const job = await slurm.submit({
      name: "coupled", hold: true, workFolder: folder, comment: "mine", licenses: ["matlab:1"], begin: { in: "1d" }, qos: "low", time: "20m", launch: wait,
      components: [{ ntasks: 2, memory: "100M" }, { ntasks: 3, memory: "all", partition: "dev", time: "30m", constraint: "icelake" }, { memory: "50M", gpusPerNode: 1 }],
    });
    try {
      expect(job.toJSON()).toMatchObject({ components: 3 });
      const components = await show(job.id);
      expect(components).toHaveLength(3);
      for (const component of components) expect(component).toMatch(/JobName=coupled[^]*QOS=low[^]*EligibleTime=2\d{3}[^]*Comment=mine hpckit:/);
      expect(components[0]).toMatch(/NumTasks=2[^]*MinMemoryNode=100M[^]*Features=\(null\)[^]*Licenses=matlab:1/);
      expect(components[0]).toMatch(/TimeLimit=00:20:00[^]*Partition=standard/);
      expect(components[1]).toMatch(/TimeLimit=00:30:00[^]*Partition=dev[^]*NumTasks=3[^]*MinMemoryNode=0[^]*Features=icelake[^]*Licenses=\(null\)/);
      expect(components[2]).toMatch(/TimeLimit=00:20:00[^]*Partition=standard[^]*NumTasks=1[^]*MinMemoryNode=50M[^]*TresPerNode=gres[:/]gpu:1/);
    } finally {
      await job.cancel();
    }
  });

  it("start together, run the script once, and end as it does", async () => {
    const script = sh`echo "components $SLURM_HET_SIZE"; srun --het-group=0,1 sh -c 'echo "group $SLURM_NTASKS"'; exit 3`;
    const job = await slurm.submit({ workFolder: folder, time: "5m", memory: "50M", launch: compose(["sh", "-c", script.shell]), components: [{ ntasks: 1 }, { ntasks: 2 }] });
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: 3 });
    let log = "";
    for await (const piece of job.log()) log += piece;
    expect(log.split("\n").sort().join(" ")).toMatch(/components 2 group \d group \d group \d/);
  });

  it("have a log of what all components print, and one of each that writes its own", async () => {
    const script = sh`srun --het-group=1 echo "from one"; srun --het-group=0,1 --output=part-%j.out sh -c 'echo "of $SLURM_JOB_ID"; sleep 2; echo "end of $SLURM_NTASKS"'`;
    const job = await slurm.submit({ workFolder: folder, time: "5m", memory: "50M", launch: compose(["sh", "-c", script.shell]), components: [{ ntasks: 1 }, { ntasks: 1 }] });
    const texts = new Map<number | undefined, string>();
    for await (const { component, text } of job.logPieces({ file: "part-%j.out", component: "all" })) texts.set(component, (texts.get(component) ?? "") + text);
    expect([...texts.keys()].sort()).toEqual([0, 1]);
    for (const text of texts.values()) expect(text).toMatch(/^of \d+\nend of \d\n$/);
    expect((await job.done()).kind).toBe("completed");
    const read = async (options: Parameters<typeof job.log>[0]): Promise<string> => {
      let log = "";
      for await (const piece of job.log(options)) log += piece;
      return log;
    };
    expect(await read({})).toBe("from one\n");
    expect(await read({ file: "part-%j.out", component: 1, follow: false })).toBe(texts.get(1));
    await expect(read({ component: 1 })).rejects.toThrow("in the output of the first");
  });

  it("are compared with what each component asked for", async () => {
    const spec = { hold: true, workFolder: folder, memory: "50M", time: "10m", qos: "low", launch: wait, components: [{ ntasks: 1 }, { ntasks: 3, memory: "70M" }, { partition: "dev", time: "30m" }] } as const;
    const job = await slurm.submit(spec);
    const compare = async (): Promise<readonly unknown[]> => {
      const accepted = await job.accepted();
      expect(accepted?.components?.map(({ component, partition, cpuCount }) => [component, partition, cpuCount])).toEqual([[0, "standard", 1], [1, "standard", 3], [2, "dev", 1]]);
      return accepted === undefined ? [] : findDifferences(spec, accepted);
    };
    try {
      expect(await compare()).toEqual([]);
      await login.exec(["scontrol", "update", `JobId=${job.id}+1`, "TimeLimit=3"], { check: true });
      expect(await compare()).toEqual([{ component: 1, field: "time", asked: 600, given: 180, message: "component 1: time: 0-00:10:00 was asked for, Slurm made it 0-00:03:00" }]);
    } finally {
      await job.cancel();
    }
  });

  it("are found by their mark when the answer is lost, as one job", async () => {
    const lost = await connectSlurm(losing(login), options);
    const job = await lost.submit({ name: "lost coupled", hold: true, workFolder: folder, memory: "50M", launch: wait, components: [{ ntasks: 1 }, { ntasks: 2 }] });
    try {
      const components = await show(job.id);
      expect(components.map((component) => /HetJobOffset=\d/.exec(component)?.[0])).toEqual(["HetJobOffset=0", "HetJobOffset=1"]);
    } finally {
      await job.cancel();
    }
  });

  it.each([
    ["sleep 5", "completed"],
    ["sleep 5; exit 3", "failed"],
  ])("that were submitted twice run once, and the other ends as the first (%s)", async (script, kind) => {
    const spec = { workFolder: folder, time: "5m", memory: "50M", output: "/dev/null", launch: compose(["sh", "-c", sh`printf x >> ${`${folder}/runs of ${kind}`}; ${raw(script)}`.shell]), components: [{ ntasks: 1 }, { ntasks: 2 }] } as const;
    const key = `twice ${kind} ${folder.slice(-6)}`;
    // Makes the folder of the fence.
    await slurm.submissions.find(key);
    const queue = async (): Promise<string> => {
      const plan = await slurm.plan(spec, { key });
      return (await login.exec(plan.argv, { stdin: plan.script, check: true })).stdout.trim();
    };
    const jobs = [await queue(), await queue()].map((id) => slurm.job({ id, cluster: slurm.cluster.name, submittedAtSeconds: 0, components: 2 }));
    const owner = await login.exec(["sh", "-c", 'for try in 1 2 3 4 5 6 7 8 9 10; do [ ! -s "$1" ] || break; sleep 1; done; cut -d" " -f2 "$1"', "sh", `${slurm.cluster.home}/.hpckit/submissions/${slurm.cluster.name}/${(await slurm.plan(spec, { key })).mark.replace("hpckit:", "")}.run`], { check: true });
    const loser = jobs.find(({ id }) => id !== owner.stdout.trim());
    if (loser !== undefined) await beginSoon(login, loser);
    for (const job of jobs) expect((await job.done()).kind).toBe(kind);
    expect((await login.exec(["cat", `${folder}/runs of ${kind}`])).stdout).toBe("x");
    expect((await show(loser?.id ?? ""))[0]).toMatch(/Restarts=1 /);
  });

  it("are refused for what one component cannot have", async () => {
    const spec = { hold: true, workFolder: folder, launch: wait } as const;
    await expect(slurm.submit({ ...spec, components: [{ ntasks: 1 }, { nodes: 10_000 }] })).rejects.toThrow(LimitExceededError);
    await expect(slurm.submit({ ...spec, components: [{ partition: "standard" }, { partition: "nowhere" }] })).rejects.toThrow(InvalidPartitionError);
  });

  it("have to say for each component what sbatch would else take from another", async () => {
    const argv = ["sbatch", "--parsable", "--hold", "--output=/dev/null", "--ntasks=1", ":", "--ntasks=1", "--mem=77M"];
    const { stdout: id } = await login.exec(argv, { stdin: "#!/bin/sh\n", check: true });
    try {
      expect((await show(id.trim())).map((component) => /MinMemoryNode=\S+/.exec(component)?.[0])).toEqual(["MinMemoryNode=77M", "MinMemoryNode=77M"]);
    } finally {
      await login.exec(["scancel", id.trim()]);
    }
    await expect(slurm.plan({ launch: wait, components: [{ ntasks: 1 }, { ntasks: 1, memory: "77M" }] })).rejects.toThrow("components.0.memory: sbatch would take that of another component");
  });
});
