import type { ReleaseRange } from "../../cluster/release.js";

interface UnofferedOption extends ReleaseRange {
  /** Why there is no field for it. */
  readonly why: string;
  /** It would break what a submission relies on, so `extraArguments` may not hold it either. */
  readonly owned?: true;
}

/** The options of sbatch that no field stands for. */
export const unofferedOptions: Readonly<Record<string, UnofferedOption>> = {
  parsable: { why: "the answer is read by the client", owned: true },
  quiet: { why: "the answer would have no job id", owned: true },
  verbose: { why: "speaks of sbatch's own work" },
  help: { why: "queues nothing", owned: true },
  usage: { why: "queues nothing", owned: true },
  version: { why: "queues nothing", owned: true },
  autocomplete: { why: "for shells that complete words", owned: true, since: "23.02" },
  "test-only": { why: "queues nothing", owned: true },
  wait: { why: "done() waits, and survives a lost connection", owned: true },
  wrap: { why: "the launch is the script", owned: true },
  "ignore-pbs": { why: "always given: the launch holds no directives" },
  export: { why: "a job's environment is its launch's; always ALL of a clean one", owned: true },
  "export-file": { why: "a job's environment is its launch's", owned: true },
  "get-user-env": { why: "a job's environment is its launch's; it would run a person's start-up files", owned: true },
  clusters: { why: "a client knows one cluster", owned: true },
  cluster: { why: "another word for --clusters", owned: true },
  uid: { why: "for root; sign in as that user" },
  gid: { why: "for root; deprecated" },
  external: { why: "makes a job without a script", owned: true, since: "25.05" },
  context: { why: "undocumented" },
  "extra-node-info": { why: "socketsPerNode, coresPerSocket and threadsPerCore say the same" },
  "tasks-per-node": { why: "another word for --ntasks-per-node" },
  "ntasks-per-tres": { why: "undocumented; another word for --ntasks-per-gpu" },
};
