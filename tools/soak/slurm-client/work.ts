import { compose, sh } from "@hpckit/core";
import type { ConnectSlurmOptions, JobSpecInput, Slurm, SubmissionResult } from "@hpckit/slurm-client";
import type { SshOptions } from "@hpckit/transport";

/** What a client process is told to do. */
export interface ClientWork {
  readonly login: SshOptions;
  readonly slurm: ConnectSlurmOptions;
  readonly keys: readonly string[];
  /** To which jobs append a line when they really run. */
  readonly runs: string;
}

/** A job that appends its key: one write of one line. */
const specOf = (key: string, runs: string): JobSpecInput => ({
  name: key,
  time: "5m",
  memory: "10M",
  output: "/dev/null",
  launch: compose(["sh", "-c", sh`printf '%s\n' ${key} >>${runs}`.shell]),
});

/** What dies in one round trip takes those with it that come after: so many go together. */
const groupOf = 5;

/** Submits keys in small groups, all at once. */
export async function submitInGroups(slurm: Slurm, keys: readonly string[], runs: string): Promise<readonly SubmissionResult[]> {
  const groups = Array.from({ length: Math.ceil(keys.length / groupOf) }, (_, index) => keys.slice(index * groupOf, (index + 1) * groupOf));
  const results = await Promise.all(groups.map((group) => slurm.submitAll(group.map((key) => specOf(key, runs)), { key: ({ name }) => name, namespace: "soak" })));
  return results.flat();
}
