import { readFileSync } from "node:fs";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { openRelay } from "../tunnel/open-relay.js";
import { saysGone } from "./allocation-loss.js";
import { runStep } from "./run-step.js";
import { runTasks } from "./run-tasks.js";

const clusters = JSON.parse(readFileSync(new URL("../step/fixtures/srun.json", import.meta.url), "utf8")) as readonly Recordings[];

describe.each(clusters)("a step that srun of Slurm $version refuses", (cluster) => {
  /** A connection over which srun says what was recorded. */
  const saying = (what: string) => {
    const { stdout, stderr, exitCode } = recorded(cluster, what);
    return scriptedContext(scriptedTransport(({ argv }) => (argv.includes("--mpi=list") ? { stdout: "MPI plugin types are...\n\tnone\n" } : argv.includes("srun") ? { stdout, stderr, exitCode } : {})));
  };
  const run = async (what: string) => (await runStep(saying(what), "7", ["true"], {})).result;

  it.each([
    ["a step of more tasks than the allocation has CPUs", "More processors requested than permitted", "fewer tasks"],
    ["a step on more nodes than the allocation has", "Only allocated 2 nodes asked for 3", "nodes of the job"],
    ["a step on a node of others", "Requested node configuration is not available", "nodes of the job"],
    ["a step on no node", "Hostlist is empty!  Can't run job.", "nodes of the job"],
    ["a step with more memory than the allocation has", "Memory required by task is not available", "less memory"],
    ["a step with GPUs that the allocation lacks", "Invalid generic resource (gres) specification", "what the job has"],
    ["a step with a resource that nobody has", "Invalid generic resource (gres) specification", "what the job has"],
    ["a step in a component that is not there", "Requested het-group offset exceeds highest hetjob index (3 > 0)", "components that the job has"],
  ])("is an error of its own, and says what can be done: %s", async (what, said, advice) => {
    await expect(run(what)).rejects.toMatchObject({ name: "StepRefusedError", code: "step-refused", said, retryable: false, message: expect.stringContaining(advice) as string });
  });

  it("may go later where it was not to wait", async () => {
    await expect(run("a step that may not wait for others")).rejects.toMatchObject({ code: "step-refused", retryable: true });
  });

  it("is that in a loop, for tasks and for connections, too", async () => {
    const refused = expect.objectContaining({ code: "step-refused" }) as Error;
    const read = async (pieces: AsyncIterable<unknown>) => {
      for await (const piece of pieces) expect(piece).toBeDefined();
    };
    const what = "a step of more tasks than the allocation has CPUs";
    await expect(read(await runStep(saying(what), "7", ["true"], {}))).rejects.toEqual(refused);
    const tasks = await runTasks(saying("the same, labelled and verbose"), "7", ["true"], {});
    await expect(read(tasks)).rejects.toEqual(refused);
    await expect(tasks.result).rejects.toEqual(refused);
    await expect(openRelay(saying(what), { jobId: "7", node: "c1", service: { port: 80 }, readyMs: 0, ended: () => new Promise(() => undefined) }, {})).rejects.toEqual(refused);
  });

  it("is not taken for one whose tasks failed, whatever they say", async () => {
    expect(await run("a step whose command says what srun says")).toMatchObject({ exitCode: 1, ok: false });
  });

  it("is not taken for one whose job ended while it waited", async () => {
    const what = "a step that waits for others while its job is cancelled";
    expect(await run(what)).toMatchObject({ exitCode: 1, ok: false });
    expect(recorded(cluster, what).stderr).toMatch(saysGone);
  });
});
