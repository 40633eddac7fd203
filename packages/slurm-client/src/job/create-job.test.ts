import { AbortedError, OptionsError } from "@hpckit/core";
import { scriptedTransport, type ScriptedCall, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { inputOf, scriptedContext, submittedAt } from "../fixtures/scripted-slurm.js";
import { usageOf, usageRecordings } from "../usage/fixtures/usage-recordings.js";
import { createWatcher } from "../watch/job-watcher.js";
import { completePatience } from "../watch/patience.js";
import { createJob } from "./create-job.js";
import type { Job } from "./job.js";
import type { JobReference } from "./job-reference.js";

const own: JobReference = { id: "7", cluster: "test", submittedAtSeconds: submittedAt };

function jobThat(answer: (call: ScriptedCall) => ScriptedReply, { reference = own, accounting = true }: { reference?: JobReference; accounting?: boolean } = {}): Job {
  const context = scriptedContext(scriptedTransport(answer), { accounting });
  const watcher = createWatcher(context, { pollIntervalMs: 1000, patience: completePatience(), onTrouble: () => undefined });
  return createJob(context, watcher, reference, async () => undefined);
}

describe.each(usageRecordings)("a job on Slurm $version", (cluster) => {
  const job = (name: string, asked: string[] = []): Job =>
    jobThat(
      ({ argv }) => {
        asked.push(...argv);
        return usageOf(cluster, argv.includes("sstat") ? `${name}, live: sstat` : `${name}, live: sacct`);
      },
      { reference: { ...own, id: cluster.jobs[name] ?? "", submittedAtSeconds: 0, tasks: name === "array" ? [1, 2, 3] : undefined } },
    );

  it("has the memory of its steps from the nodes while it runs", async () => {
    const asked: string[] = [];
    expect((await job("idle", asked).usage())?.peakMemoryBytes).toBeGreaterThan(100_000);
    expect(asked).toContain("sstat");
  });

  it("has the usage of one task by its handle", async () => {
    expect(await job("array").task(2).usage()).toMatchObject({ task: 2, state: "RUNNING" });
    expect((await job("array").usage())?.tasks).toHaveLength(3);
  });
});

describe("a job", () => {
  it("has no usage where nothing is accounted for", async () => {
    expect(await jobThat(() => ({}), { accounting: false }).usage()).toBeUndefined();
  });

  it("refuses options that there are not, before anything is asked", async () => {
    const asked: unknown[] = [];
    const job = jobThat((call) => (asked.push(call), {}));
    const wrong = { timeoutMs: 1 } as object;
    for (const call of [() => job.done(wrong), () => job.usage(wrong), () => job.accepted(wrong), async () => job.events(wrong)]) await expect(call()).rejects.toThrow("timeoutMs: unknown option; { signal: AbortSignal.timeout(ms) } gives up after a time");
    expect(asked).toEqual([]);
  });

  it("is all that another process needs", () => {
    const reference = { ...own, name: "a b", output: "/o/%j", tasks: [1, 2] };
    expect(JSON.parse(JSON.stringify(jobThat(() => ({}), { reference })))).toEqual(reference);
  });

  it("hands out its tasks, which other processes find likewise", () => {
    const array = { ...own, tasks: [1, 2], secretsFile: "/home/alice/.hpckit/secrets/x" };
    const task = jobThat(() => ({}), { reference: array }).task(2);
    expect(task.taskIndex).toBe(2);
    expect(JSON.parse(JSON.stringify(task))).toEqual({ ...own, tasks: [1, 2], task: 2 });
    expect(task.task(2).taskIndex).toBe(2);
    expect(() => task.task(1)).toThrow("has no task 1");
    expect(() => jobThat(() => ({})).task(0)).toThrow('slurm.find("7_0")');
  });

  it("whose wait is given up beforehand asks nothing", async () => {
    let asked = 0;
    const job = jobThat(() => ({ exitCode: asked++ }));
    await expect(job.done({ signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    expect(asked).toBe(0);
  });
});

describe("a job's log", () => {
  const read = async (reference: JobReference, options: object = {}): Promise<string> => {
    let text = "";
    const answer = (call: ScriptedCall): ScriptedReply => {
      const token = /hpckit-log-[\w-]+/.exec(inputOf(call))?.[0] ?? "";
      return { stdout: `${token} 3 0 5: \nabc${token} from\nabc` };
    };
    for await (const piece of jobThat(answer, { reference }).log({ follow: false, ...options })) text += piece;
    return text;
  };

  it("is read from the file that the reference names", async () => {
    expect(await read({ ...own, output: "/o/slurm-%j.out" })).toBe("abc");
    expect(await read({ ...own, output: "/o/%A_%a", tasks: [4] }, { task: 4 })).toBe("abc");
  });

  it.each([
    [{ ...own, output: "/o/%A_%a", tasks: [4] }, { task: 5 }, "has no task 5"],
    [{ ...own, output: "/o/%A_%a", tasks: [4] }, {}, "say which with { task }"],
    [{ ...own, output: "/o/x" }, { lastLines: 1, lastBytes: 1 }, "one of fromOffset"],
    [{ ...own, output: "/o/%A_%a", tasks: [4, 5] }, { task: "all", fromOffset: 3 }, "an offset is of one file"],
    [{ ...own, output: "/o/x" }, { folow: true }, 'did you mean "follow"?'],
  ])("of %j with %j is refused", async (reference, options, message) => {
    await expect(read(reference, options)).rejects.toThrow(OptionsError);
    await expect(read(reference, options)).rejects.toThrow(message);
  });
});
