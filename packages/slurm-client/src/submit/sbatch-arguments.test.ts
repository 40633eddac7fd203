import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryDependency, arbitraryValues } from "../spec/fixtures/arbitrary-values.js";
import { jobSpecSchema } from "../spec/job-spec-schema.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import { optionTable } from "../spec/option/option-table.js";
import { renderSbatch } from "./sbatch-arguments.js";

const places = { workFolder: "/home/a b", output: "/home/a b/slurm-%j.out", error: undefined };
const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };
const rendered = (spec: Omit<JobSpecInput, "launch">): readonly string[] => renderSbatch({ ...jobSpecSchema.parse({ launch, ...spec }), ...places });
const always = ["sbatch", "--parsable", "--export=ALL", "--ignore-pbs"];
const placed = ["--chdir=/home/a b", "--output=/home/a b/slurm-%j.out"];

describe("renderSbatch", () => {
  it("asks for nothing that was not asked for", () => {
    expect(rendered({})).toEqual([...always, ...placed]);
  });

  it("writes each field as one word, in an order of its own", () => {
    const some: Omit<JobSpecInput, "launch"> = {
      extraArguments: ["--my-plugin=a b"],
      requeue: false,
      array: { tasks: "0-3,7", atOnce: 2 },
      dependency: { afterOk: ["12"] },
      licenses: ["matlab:2", "ansys"],
      constraint: "icelake&ib",
      gres: ["nvme:1"],
      gpusPerNode: { type: "a100", count: 2 },
      memory: "1.5G",
      nodes: { min: 1, max: 2 },
      time: "90m",
      partition: ["standard", "dev"],
      comment: 'it\'s "quoted", $HOME',
      name: "a b",
    };
    expect(rendered(some)).toEqual([
      ...always,
      "--job-name=a b",
      '--comment=it\'s "quoted", $HOME',
      "--partition=standard,dev",
      "--time=0-01:30:00",
      "--nodes=1-2",
      "--mem=1536M",
      "--gpus-per-node=a100:2",
      "--gres=nvme:1",
      "--constraint=icelake&ib",
      "--licenses=matlab:2,ansys:1",
      "--dependency=afterok:12",
      "--array=0-3,7%2",
      "--no-requeue",
      ...placed,
      "--my-plugin=a b",
    ]);
  });

  it.each<[Omit<JobSpecInput, "launch">, readonly string[]]>([
    [{ time: "unlimited", memory: "all" }, ["--time=UNLIMITED", "--mem=0"]],
    [{ nice: -5, priority: "top" }, ["--nice=-5", "--priority=TOP"]],
    [{ exclusive: true, hold: true, requeue: true }, ["--exclusive", "--hold", "--requeue"]],
    [{ exclusive: "user", requeue: "expedite" }, ["--exclusive=user", "--requeue=expedite"]],
    [{ switches: { count: 1, maxWait: "10m" } }, ["--switches=1@0-00:10:00"]],
    [{ switches: { count: 2 } }, ["--switches=2"]],
    [{ mailTypes: ["END", "TIME_LIMIT_90"], mailUser: "a@example.org" }, ["--mail-type=END,TIME_LIMIT_90", "--mail-user=a@example.org"]],
    [{ waitAllNodes: false, oomKillStep: true }, ["--wait-all-nodes=0", "--oom-kill-step=1"]],
    [{ dependency: {}, killOnInvalidDependency: true }, ["--kill-on-invalid-dep=yes"]],
    [{ propagateLimits: "none" }, ["--propagate=NONE"]],
    [{ propagateLimits: ["STACK", "CORE"], profile: ["task", "energy"] }, ["--propagate=STACK,CORE", "--profile=task,energy"]],
    [{ profile: "all", samplingIntervals: { taskSeconds: 5, filesystemSeconds: 0 } }, ["--acctg-freq=task=5,filesystem=0", "--profile=all"]],
    [{ resources: ["flat:2", "natural"] }, ["--resources=flat:2,natural"]],
  ])("says %j", (spec, options) => {
    expect(rendered(spec).filter((word) => !always.includes(word) && !placed.includes(word))).toEqual(options);
  });

  it.each(Object.entries({ ...arbitraryValues, dependency: arbitraryDependency(["12", "13_4"]) }))("makes of any value of %s one word of its option, and keeps it as plain data", (field, arbitrary) => {
    const beside = field === "tresPerTask" ? { ntasks: 1 } : {};
    fc.assert(
      fc.property(arbitrary as fc.Arbitrary<unknown>, (value) => {
        const spec = jobSpecSchema.parse({ launch, ...beside, [field]: value });
        const words = renderSbatch({ ...spec, ...places }).filter((word) => !always.includes(word) && !placed.includes(word) && word !== "--ntasks=1");
        expect(words).toHaveLength(1);
        expect(words[0]).toMatch(new RegExp(`^--(?:${optionTable[field as keyof typeof optionTable].names.join("|")})=[!-~]+$`));
        expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
      }),
    );
  });

  it("puts components behind one another, what is of the whole job with the first", () => {
    const spec = { name: "coupled", licenses: ["matlab"], time: "1h", components: [{ ntasks: 4 }, { gpusPerNode: 1, extraArguments: ["--my-plugin"] }] };
    expect(rendered(spec)).toEqual([
      ...always, "--job-name=coupled", "--time=0-01:00:00", "--ntasks=4", "--licenses=matlab:1", ...placed,
      ":", "--time=0-01:00:00", "--gpus-per-node=1", "--my-plugin",
    ]);
  });
});
