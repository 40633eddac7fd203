import { compose, type ShellExpression } from "@hpckit/core";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { SlurmUnderTest } from "./describe-slurm.js";

/** The spec of a small job that can be submitted again under its key. */
export const keyedSpec = ({ folder, options }: SlurmUnderTest, script: ShellExpression, changes: Partial<JobSpecInput> = {}): JobSpecInput => ({
  name: "keyed",
  partition: options.partition,
  time: "10m",
  memory: "50M",
  workFolder: folder,
  launch: compose(["sh", "-c", script.shell]),
  ...changes,
});
