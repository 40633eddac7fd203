import type { Clock, Transport } from "@hpckit/core";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import type { SlurmPrograms } from "../cluster/slurm-command.js";

/** What the parts of one connection share. */
export interface SlurmContext {
  readonly transport: Transport;
  readonly programs: SlurmPrograms;
  readonly facts: ClusterFacts;
  readonly clock: Clock;
  /** Absolute folder of our own on the shared file system. */
  readonly stateFolder: string;
}
