import { describe, expect, it } from "vitest";
import { jobSpecSchema } from "../spec/job-spec-schema.js";
import type { JobSpecInput } from "../spec/job-spec.js";
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

  it("writes every field as one word, in an order of its own", () => {
    const all: Omit<JobSpecInput, "launch"> = {
      extraArguments: ["--hint=nomultithread"],
      requeue: false,
      nice: 10,
      array: { tasks: "0-3,7", atOnce: 2 },
      dependency: { afterOk: ["12"] },
      licenses: ["matlab:2", "ansys"],
      constraint: "icelake&ib",
      gres: ["nvme:1"],
      gpus: { type: "a100", count: 2 },
      memory: "1.5G",
      cpusPerTask: 8,
      ntasksPerNode: 2,
      ntasks: 4,
      nodes: { min: 1, max: 2 },
      time: "90m",
      reservation: "course",
      qos: "express",
      partition: "standard,dev",
      account: "climate",
      comment: 'it\'s "quoted", $HOME',
      name: "a b",
    };
    expect(rendered(all)).toEqual([
      ...always,
      "--job-name=a b",
      '--comment=it\'s "quoted", $HOME',
      "--account=climate",
      "--partition=standard,dev",
      "--qos=express",
      "--reservation=course",
      "--time=0-01:30:00",
      "--nodes=1-2",
      "--ntasks=4",
      "--ntasks-per-node=2",
      "--cpus-per-task=8",
      "--mem=1536M",
      "--gres=gpu:a100:2,nvme:1",
      "--constraint=icelake&ib",
      "--licenses=matlab:2,ansys",
      "--dependency=afterok:12",
      "--array=0-3,7%2",
      "--nice=10",
      ...placed,
      "--no-requeue",
      "--hint=nomultithread",
    ]);
  });

  it("says no time limit as Slurm does, and memory per CPU", () => {
    expect(rendered({ time: "unlimited", memoryPerCpu: "500M", nodes: 3, gpus: 1, requeue: true })).toEqual([
      ...always, "--time=UNLIMITED", "--nodes=3", "--mem-per-cpu=500M", "--gres=gpu:1", ...placed, "--requeue",
    ]);
  });
});
