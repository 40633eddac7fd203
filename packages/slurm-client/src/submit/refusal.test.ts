import { describe, expect, it } from "vitest";
import { findSubmissionProblem } from "../error/submission-problem.js";
import { InvalidAccountError, InvalidPartitionError, InvalidQosError, LimitExceededError, NotSatisfiableError, type SubmissionError } from "../error/submission-errors.js";
import { allRecordings, recorded } from "../fixtures/recordings.js";
import type { JobSpec } from "../spec/job-spec.js";
import { parseNodes } from "../node/cluster-node.js";
import { findNodeSizes } from "./allowances.js";
import { makeSubmissionError } from "./refusal.js";
import { readAnswer, renderRestProblem, type RefusedAnswer } from "./sbatch-answer.js";

function refusedAnswer(printed: string, exitCode = 1): RefusedAnswer {
  const answer = readAnswer({ exitCode, printed });
  if (answer.kind !== "refused") throw new Error(`${answer.kind}: ${printed}`);
  return answer;
}

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };

describe.each(allRecordings)("what sbatch of Slurm $version refuses", (cluster) => {
  const allowances = {
    accounts: ["climate"],
    qos: ["express", "low", "normal"],
    nodes: findNodeSizes(parseNodes("NodeName=c1 CPUTot=64 RealMemory=262144 Gres=gpu:a100:4 State=IDLE Partitions=standard,dev,preemptible\n")),
  };
  const refused = (problem: string, spec: Partial<JobSpec> = {}): SubmissionError => {
    const { stdout, stderr, exitCode } = recorded(cluster, `refused: ${problem}`);
    return makeSubmissionError({ ...refusedAnswer(`${stderr}\n${stdout}`, exitCode), spec: { launch, ...spec }, partitions: ["dev", "standard"], allowances });
  };

  const refusals = cluster.recordings.filter(({ what, exitCode }) => what.startsWith("refused: ") && exitCode !== 0);
  it.each(refusals)("is told apart: $what", ({ what, stdout, stderr }) => {
    const problem = what.slice("refused: ".length);
    expect(findSubmissionProblem(`${stderr}\n${stdout}`)).toBe(problem);
    expect(refused(problem).outcome).toBe("not-sent");
  });

  it("names what may be used instead", () => {
    expect(refused("partition", { partition: "standrad" })).toBeInstanceOf(InvalidPartitionError);
    expect(refused("partition", { partition: "standrad" }).message).toBe('partition "standrad": unknown, or closed to this user; did you mean "standard"? may be used: dev, standard');
    const account = refused("account", { account: "climat", partition: "dev" });
    expect(account).toBeInstanceOf(InvalidAccountError);
    expect(account.message).toBe('account "climat" in partition dev: unknown, or closed to this user; did you mean "climate"? may be used: climate');
    const qos = refused("qos", { qos: "nothing" });
    expect(qos).toBeInstanceOf(InvalidQosError);
    expect((qos as InvalidQosError).allowed).toEqual(["express", "low", "normal"]);
  });

  it("names what the largest nodes have", () => {
    const memory = refused("memory", { partition: "dev" });
    expect(memory).toBeInstanceOf(NotSatisfiableError);
    expect(memory).toMatchObject({ resource: "memory" });
    expect(memory.message).toContain("the largest nodes have: dev 256G; ask for less memory on each node");
  });

  it("looks at what each component asks for", () => {
    expect(refused("partition", { components: [{ partition: "standard" }, { partition: "devv" }] }).message).toContain('partition "standard,devv"');
    expect(refused("gres", { components: [{ partition: "dev" }, { partition: "dev", gpus: [{ count: 9 }] }] }).message).toContain("a node has at most: dev gpu:a100:4; ask for");
  });

  it("names the generic resources of the nodes to who asked for some", () => {
    expect(refused("gres", { gres: [{ name: "gpu", type: "h100", count: 1 }] }).message).toContain("a node has at most: standard gpu:a100:4, dev gpu:a100:4, preemptible gpu:a100:4; ask for");
    expect(refused("resources", { gpus: [{ count: 99 }], partition: "dev" }).message).toContain("a node has at most: dev gpu:a100:4; ask for");
    expect(refused("resources", { nodes: 99 }).message).not.toContain("gpu:a100");
  });

  it("names the limit that is reached, which passes", () => {
    const limit = refused("submit-limit");
    expect(limit).toBeInstanceOf(LimitExceededError);
    expect(limit).toMatchObject({ limit: expect.stringMatching(/MaxSubmit/) as string, retryable: true, message: expect.stringContaining("wait for other jobs to end") as string });
  });

  it("may be tried again when the controller was away", () => {
    expect(refused("controller-unreachable")).toMatchObject({ code: "controller-unreachable", retryable: true, outcome: "not-sent" });
  });
});

describe("the sizes of nodes", () => {
  it("are the most that any node of a partition has", () => {
    const nodes = parseNodes(
      ["gpu CPUTot=64 RealMemory=1000 Gres=gpu:a100:4(S:0-1),nvme:1", "gpu CPUTot=128 RealMemory=500 Gres=gpu:h100:8", "cpu CPUTot=32 RealMemory=100 Gres=(null)"].map((rest, index) => `NodeName=n${index} State=IDLE Partitions=${rest}\n`).join(""),
    );
    expect(findNodeSizes(nodes)).toEqual([
      { partition: "gpu", cpus: 128, memoryBytes: 1000 * 1024 ** 2, gres: ["gpu:a100:4", "nvme:1", "gpu:h100:8"] },
      { partition: "cpu", cpus: 32, memoryBytes: 100 * 1024 ** 2, gres: [] },
    ]);
  });
});

describe("makeSubmissionError", () => {
  const nothing = { accounts: [], qos: [], nodes: [] };
  const error = (printed: string, exitCode = 1): SubmissionError => makeSubmissionError({ ...refusedAnswer(printed, exitCode), spec: { launch }, partitions: [], allowances: nothing });

  it("takes sbatch's word, whatever its wrapper ended with", () => {
    expect(error("sbatch: error: Batch job submission failed: Invalid qos specification", 0)).toBeInstanceOf(InvalidQosError);
  });

  it("passes on what the server refuses for a reason that is not in the table", () => {
    expect(error("sbatch: error: Batch job submission failed: A new reason")).toMatchObject({ code: "submission-refused", outcome: "not-sent", message: expect.stringContaining("A new reason") as string });
  });

  it("does not promise that a limit passes which bounds one job", () => {
    const limit = error("sbatch: error: QOSMaxCpuPerJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)");
    expect(limit).toMatchObject({ limit: "QOSMaxCpuPerJobLimit", retryable: false, message: expect.not.stringContaining("wait for") as string });
  });

  it("names the deadline of a job that has one", () => {
    const said = "sbatch: error: Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)";
    const late = makeSubmissionError({ ...refusedAnswer(said), spec: { launch, deadline: { secondsFromNow: 60 } }, partitions: [], allowances: nothing });
    expect(late).toMatchObject({ limit: "deadline", retryable: false, message: expect.stringContaining("its deadline is past, or too soon for its time") as string });
    expect(error(said)).toMatchObject({ limit: "time", message: expect.not.stringContaining("deadline") as string });
  });

  it.each([
    ["Invalid node name specified", "submission-nodes", "inspect.nodes()"],
    ["Invalid --nice value", "submission-nice", "below 0 only operators"],
  ])("says what to do about %s", (said, code, next) => {
    expect(error(`sbatch: error: Batch job submission failed: ${said}`)).toMatchObject({ code, outcome: "not-sent", message: expect.stringContaining(next) as string });
  });

  it.each(["slurm_allocate_resources error opening file /n, Permission denied", "slurm_allocate_resources error opening file /n, No such file or directory", "Hostlist is empty!"])("knows that nothing was sent where sbatch cannot use a file of nodes: %s", (said) => {
    const printed = `sbatch: error: ${said}\nsbatch: error: Invalid --nodefile node file`;
    expect(refusedAnswer(printed, 255).problem).toBe("node-file");
    expect(error(printed, 255)).toMatchObject({ code: "submission-node-file", outcome: "not-sent", message: expect.stringContaining("this user may read") as string });
  });

  it("makes the same of what slurmrestd says", () => {
    const nodes = [{ partition: "dev", cpus: 64, memoryBytes: 1024 ** 3, gres: [] }];
    const over = (number: number, text: string, spec: Partial<JobSpec> = {}): SubmissionError =>
      makeSubmissionError({ ...refusedAnswer(renderRestProblem({ number, text: `${text}: Batch job submission failed` })), spec: { launch, ...spec }, partitions: ["dev"], allowances: { accounts: ["climate"], qos: ["normal"], nodes } });
    expect(over(2000, "Invalid partition name specified", { partition: "dew" })).toMatchObject({ code: "invalid-partition", allowed: ["dev"], message: expect.stringContaining('did you mean "dev"?') as string });
    expect(over(2045, "of another Slurm", { account: "x" })).toBeInstanceOf(InvalidAccountError);
    expect(over(2066, "of another Slurm")).toBeInstanceOf(InvalidQosError);
    // sbatch prints which; slurmrestd only that there are no nodes.
    const noNodes = "Requested node configuration is not available";
    expect(over(2014, noNodes, { memory: { bytes: 1024 ** 4 } })).toMatchObject({ resource: "memory", message: expect.stringContaining("the largest nodes have: dev 1G") as string });
    expect(over(2014, noNodes, { memory: { bytes: 1024 } })).toMatchObject({ code: "not-satisfiable", resource: undefined });
    expect(over(2048, "Invalid license specification")).toMatchObject({ code: "submission-licenses", message: expect.stringMatching(/^Slurm refused: Invalid license specification/) as string });
  });

  it("says so where the cluster does not say what may be used", () => {
    expect(error("sbatch: error: Batch job submission failed: Invalid qos specification").message).toContain("the cluster does not say which may be used");
  });
});
