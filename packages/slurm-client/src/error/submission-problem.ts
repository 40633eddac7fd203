/** Why sbatch gave no job. */
export type SubmissionProblem =
  | "partition"
  | "account"
  | "qos"
  | "time-limit"
  | "submit-limit"
  | "memory"
  | "cpus"
  | "resources"
  | "gres"
  | "licenses"
  | "constraint"
  | "nodes"
  | "node-file"
  | "nice"
  | "dependency"
  | "reservation"
  | "array"
  | "too-long"
  | "script"
  | "option"
  | "access"
  | "authentication"
  | "controller-unreachable"
  | "queue-full"
  | "lost-reply"
  | "program-missing";

interface ProblemRow {
  readonly problem: SubmissionProblem;
  readonly says: RegExp;
  /** Slurm's numbers of it, as slurmrestd gives them. */
  readonly numbers?: readonly number[];
}

/**
 * What sbatch prints, special before general: the server's error often follows one of the client's that says more.
 * @see Slurm 22.05.8, 24.11.5, 26.05.5: src/common/slurm_errno.c and src/sbatch/sbatch.c; each row was seen live but those of
 * a broken connection, a full queue and access
 */
const problems: readonly ProblemRow[] = [
  { problem: "lost-reply", says: /Socket timed out on send\/recv operation|Zero Bytes were transmitted or received|Unexpected message received|Header lengths are longer than data received|(?:send|receive|shutdown) failure|Connection (?:reset|timed out)|Broken pipe/i, numbers: [1002, 1003, 1004, 1801, 1802, 1803, 5004] },
  { problem: "controller-unreachable", says: /Unable to contact slurm controller|Connection refused|primary controller unavailable, responding|Slurm controller is in standby/i, numbers: [1800] },
  { problem: "authentication", says: /Protocol authentication error|Munge (?:decode|encode) failed|Invalid authentication credential/i, numbers: [1007] },
  { problem: "queue-full", says: /temporarily unable to accept job|Resource temporarily unavailable/i },
  { problem: "partition", says: /Invalid partition name specified/i, numbers: [2000] },
  { problem: "account", says: /Invalid account or account\/partition combination/i, numbers: [2045] },
  { problem: "qos", says: /Invalid qos specification/i, numbers: [2066] },
  { problem: "time-limit", says: /Requested time limit is invalid|Invalid --time specification|MaxWallDurationPerJob/i },
  { problem: "submit-limit", says: /MaxSubmitJob|GrpSubmitJob|Job violates accounting\/QOS policy/i },
  { problem: "memory", says: /Memory specification can not be satisfied|Invalid --mem(?:-per-cpu)? specification/i },
  { problem: "cpus", says: /CPU count (?:per node )?can not be satisfied|More processors requested than permitted/i },
  { problem: "gres", says: /Invalid generic resource \(gres\) specification/i, numbers: [2072] },
  { problem: "licenses", says: /Invalid license specification/i, numbers: [2048] },
  { problem: "constraint", says: /Invalid feature specification/i, numbers: [2029] },
  { problem: "nodes", says: /Invalid node name specified/i },
  { problem: "node-file", says: /Invalid --nodefile node file/i },
  { problem: "nice", says: /Invalid --nice value/i },
  { problem: "resources", says: /Requested node configuration is not available|Node count specification invalid|Requested partition configuration not available/i, numbers: [2014] },
  { problem: "dependency", says: /Job dependency problem/i, numbers: [2038] },
  { problem: "reservation", says: /Requested reservation is invalid|Access denied to requested reservation/i, numbers: [2053] },
  { problem: "array", says: /Invalid job array specification/i, numbers: [2081] },
  { problem: "too-long", says: /Pathname of a file, directory or other parameter too long/i },
  { problem: "script", says: /does not look like a batch script|Batch script is empty|DOS line breaks|contain a NULL character|script .*too large/i },
  { problem: "access", says: /Access\/permission denied|Invalid user id|User not permitted to use/i },
  { problem: "program-missing", says: /(?:sbatch|env): .*(?:not found|No such file)/i },
  { problem: "option", says: /unrecognized option|invalid option|option .* (?:requires an argument|is ambiguous|doesn't allow an argument)|Invalid --[\w-]+ specification|can't be reached now, or it is an invalid entry/i },
];

/**
 * Finds the cause in what sbatch printed, or slurmrestd said; `undefined` for what is not in the table.
 * @param number - Slurm's error number, where it is known.
 */
export const findSubmissionProblem = (said: string, number?: number): SubmissionProblem | undefined =>
  problems.find(({ says, numbers = [] }) => (number !== undefined && numbers.includes(number)) || says.test(said))?.problem;
