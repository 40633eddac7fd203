import type { Partition } from "../partition/partition.js";
import type { RestFacts } from "../rest/rest-facts.js";
import type { ClusterCapabilities } from "./capabilities.js";
import type { SlurmVersion } from "./slurm-version.js";

/** What was found on the other side. */
export interface ClusterFacts {
  /** Slurm's `ClusterName`. */
  readonly name: string;
  /** Of the command line programs. */
  readonly version: SlurmVersion;
  /** Whether jobs are accounted for; without, an outcome can be read only for a while after the end. */
  readonly accounting: boolean;
  /** How long the controller remembers a job that ended, in seconds. */
  readonly minJobAgeSeconds: number;
  /** The highest index of an array is one less. */
  readonly maxArraySize: number;
  readonly uid: number;
  /** Unix groups of the user, as the login node knows them. */
  readonly groups: readonly string[];
  /** Home folder of the user. */
  readonly home: string;
  /** Folder in which commands start: where jobs work that name no other. */
  readonly folder: string;
  /** Partitions that are open to the user's groups; hidden ones, too. */
  readonly partitions: readonly Partition[];
  readonly capabilities: ClusterCapabilities;
  /** How slurmrestd is used; undefined where `connectSlurm` was given none. The controller does not know of any: whether it takes tokens says `capabilities.jwt`. */
  readonly rest?: RestFacts | undefined;
}
