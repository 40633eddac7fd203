import { OptionsError, parseOptions } from "@hpckit/core";
import { findForeignJobs, type DependencyInput } from "./dependency.js";
import { jobSpecSchema } from "./job-spec-schema.js";
import type { JobSpec, JobSpecInput } from "./job-spec.js";

/** What stands for words that people bring along from elsewhere. */
const instead: Readonly<Record<string, string>> = {
  argv: "launch is the command: compose([program, …])",
  chdir: "workFolder is meant",
  command: "launch is the command: compose([program, …])",
  cpus: "cpusPerTask or ntasks is meant",
  cwd: "workFolder is the job's folder, cwd of compose() the command's",
  dependencies: "dependency is meant",
  dryRun: "plan(spec) shows the script and the command, and sends nothing",
  env: "variables are a layer of the launch",
  jobName: "name is meant",
  key: "it stands beside the spec: submit(spec, { key })",
  mem: "memory is meant",
  queue: "partition is meant",
  script: "launch is the command: compose([program, …])",
  stderr: "error is meant",
  stdout: "output is meant",
  tasks: "ntasks is meant",
  timeLimit: "time is meant",
  walltime: "time is meant",
};

/**
 * Reads a job spec for a cluster, once, where it comes in.
 * @param cluster - the name of the cluster that it is for; undefined if none is meant.
 * @throws OptionsError that lists all that is wrong, with a job of another cluster that it depends on.
 */
export function readJobSpec(input: JobSpecInput, cluster?: string): JobSpec {
  const spec = parseOptions(jobSpecSchema, input, "job spec", instead);
  if (cluster !== undefined) refuseForeignJobs("job spec", input.dependency, cluster);
  return spec;
}

/** @throws OptionsError if one of the jobs is of another cluster. */
export function refuseForeignJobs(subject: string, dependency: DependencyInput | undefined, cluster: string): void {
  const foreign = dependency === undefined ? [] : findForeignJobs(dependency, cluster);
  if (foreign.length === 0) return;
  throw new OptionsError(subject, foreign.map((job) => ({ path: `dependency.${job.path}`, message: `job ${job.id} is of cluster ${job.cluster}, and no job of ${cluster} can wait for it` })));
}
