import { addingLayer, applyLayers, fragment, OptionsError, secret, setVariable, sh, type Launch, type LaunchLayer } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { step } from "./step.js";

const launchOf = (layers: readonly LaunchLayer[]): Launch => applyLayers({ argv: ["./model", "a b"], cwd: undefined }, layers);

describe("step", () => {
  it("starts the command with srun, with as many CPUs as the job asked for", () => {
    expect(launchOf([step({ ntasks: 64, nodes: 2, ntasksPerNode: 32, mpi: "pmix", label: true, extraArguments: ["--hint=nomultithread"] })]).argv).toEqual([
      "srun", "--export=ALL", { shell: '--cpus-per-task="${SLURM_CPUS_PER_TASK:-1}"' }, "--ntasks=64", "--nodes=2", "--ntasks-per-node=32", "--mpi=pmix", "--label", "--hint=nomultithread", "./model", "a b",
    ]);
    expect(launchOf([step({ cpusPerTask: 2 })]).argv).toContain("--cpus-per-task=2");
  });

  it("runs the setup of inner layers in every task, and hands secrets on outside of arguments", () => {
    const launch = launchOf([step(), addingLayer("inner", { setup: [setVariable("WORD", "x"), setVariable("TOKEN", secret("s3cret"))] })]);
    expect(launch.argv.slice(-3, -1)).toEqual(["/bin/sh", "-c"]);
    expect(JSON.stringify(launch.argv)).not.toContain("s3cret");
    expect(launch.setup).toMatchObject([{ kind: "set", name: expect.stringContaining("TOKEN") as string }]);
  });

  it.each(["job", "node"] as const)("refuses what must run once per %s to its right, where every task would run it", (scope) => {
    const inner = addingLayer("inner", { setup: [fragment(sh`mkdir /local/x`, { scope })] });
    expect(() => launchOf([step(), inner])).toThrow(OptionsError);
    expect(() => launchOf([step(), inner])).toThrow(`runs once per ${scope}`);
    expect(launchOf([inner, step()]).setup).toHaveLength(1);
  });

  it.each([{ ntask: 1 }, { ntasks: 0 }, { mpi: "pmix; id" }, { extraArguments: ["id"] }, { memory: "1G", memoryPerCpu: "1G" }, { cpuBinding: { masks: ["3"] } }, { distribution: { planeSize: 0 } }, { nodelist: ["c1 c2"] }, { time: "0s" }])("refuses %j", (options) => {
    expect(() => step(options as object)).toThrow(OptionsError);
  });
});
