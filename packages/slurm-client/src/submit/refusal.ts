import { closeMatch, formatSlurmMemory } from "@hpckit/core";
import type { Allowances, NodeSize } from "./allowances.js";
import {
  InvalidAccountError,
  InvalidPartitionError,
  InvalidQosError,
  LimitExceededError,
  NotSatisfiableError,
  SubmissionError,
} from "../error/submission-errors.js";
import type { SubmissionProblem } from "../error/submission-problem.js";
import { componentsOf, type JobSpec } from "../spec/job-spec.js";
import { explainLimit } from "../state/limit-reason.js";
import type { RefusedAnswer } from "./sbatch-answer.js";

/** A submission that Slurm refused: there is no job, for certain. */
export interface Refusal extends Pick<RefusedAnswer, "problem" | "exitCode" | "printed"> {
  readonly spec: JobSpec;
  readonly partitions: readonly string[];
  readonly allowances: Allowances;
}

/** Makes the typed error of a refusal. */
export function makeSubmissionError(refusal: Refusal): SubmissionError {
  const { printed, spec, partitions, allowances, exitCode } = refusal;
  // slurmrestd does not say which: sbatch does.
  const problem = refusal.problem === "resources" && hasTooLittleMemory(spec, allowances.nodes) ? "memory" : refusal.problem;
  const said = quoteReply(printed);
  const [partition, account, qos] = (["partition", "account", "qos"] as const).map((field) => namesOf(spec, field));
  const options = { detail: { printed: printed.slice(-2000), exitCode, problem } };
  switch (problem) {
    case "partition":
      return new InvalidPartitionError(`partition ${shown(partition)}: ${notThere(partition, partitions)}`, partitions, options);
    case "account":
      return new InvalidAccountError(`account ${shown(account)}${partition === undefined ? "" : ` in partition ${partition}`}: ${notThere(account, allowances.accounts)}`, allowances.accounts, options);
    case "qos":
      return new InvalidQosError(`qos ${shown(qos)}: ${notThere(qos, allowances.qos)}`, allowances.qos, options);
    case "time-limit":
      // Slurm says the same of both.
      return spec.deadline === undefined
        ? new LimitExceededError(`the time limit is refused: ${said}; ask for less, or for another partition or QOS`, "time", options)
        : new LimitExceededError(`the deadline or the time limit is refused: ${said}; its deadline is past, or too soon for its time: name a later one, or ask for less time`, "deadline", options);
    case "submit-limit": {
      const limit = /\w*(?:Max|Grp)\w+/.exec(printed)?.[0];
      // Of several limits Slurm may not say which: other jobs end, and so most of them pass.
      const passes = explainLimit(limit ?? "")?.passesByItself !== "no";
      return new LimitExceededError(`a limit of the QOS or association is reached: ${said}; ${passes ? "wait for other jobs to end, or " : ""}ask for less`, limit ?? "QOS", { ...options, retryable: passes });
    }
    case "memory":
    case "cpus":
      return new NotSatisfiableError(`no node has that: ${said}; ${largestNodes(problem, spec, allowances.nodes)}`, problem, { detail: { ...options.detail, nodes: allowances.nodes } });
    case "resources":
      return new NotSatisfiableError(`no nodes of the partition could run this: ${said}; ${genericResources(spec, allowances.nodes)}ask for fewer nodes, tasks, GPUs or other resources`, undefined, options);
    case "gres":
      return new SubmissionError("submission-gres", `Slurm refused: ${said}; ${genericResources(spec, allowances.nodes)}ask for what they have`, options);
    default:
      return otherError(problem, said, options);
  }
}

/** What a job asks for by name, in all of its components. */
const namesOf = (spec: JobSpec, field: "partition" | "account" | "qos"): string | undefined => [...new Set(componentsOf(spec).flatMap((component) => component[field] ?? []))].join(",") || undefined;

/** Next steps for causes that need no class of their own. */
const nextSteps: Readonly<Partial<Record<SubmissionProblem, string>>> = {
  licenses: "check(spec) says which it is and how many there are, inspect.licenses() lists all",
  nodes: "a name in nodelist or exclude is no node of this cluster: inspect.nodes() lists them",
  "node-file": "nodeFile is a file on the login node that this user may read, with names of nodes",
  nice: "below 0 only operators may go: leave nice out, or give 0 or more",
  constraint: "sinfo -o %f lists the features of the nodes",
  dependency: "a job that it names is unknown, or can no longer end that way",
  reservation: "scontrol show reservation lists those that exist, and who may use them",
  array: "a whole number up to MaxArraySize - 1",
  "too-long": "a script of at most 4 MiB, and names and comments of at most 1024 bytes",
  script: "sbatch takes no carriage return before a line break: words may hold one, the shell of a fragment may not",
  option: "this version of Slurm has no such option, or takes no such value: look at extraArguments",
  access: "ask the site whether this user may submit",
  authentication: "the login node cannot vouch for this user, or slurmrestd's token is no longer taken: ask the site, or renew the token",
  "queue-full": "submit again later",
  "controller-unreachable": "submit again later",
  "program-missing": "name the folder of Slurm's programs with { binFolder }",
};

function otherError(problem: SubmissionProblem | undefined, said: string, options: { readonly detail: Record<string, unknown> }): SubmissionError {
  const next = problem === undefined ? undefined : nextSteps[problem];
  const retryable = problem === "queue-full" || problem === "controller-unreachable";
  // The same code as of whatever else the controller does not answer.
  const code = problem === undefined ? "submission-refused" : problem === "controller-unreachable" ? problem : `submission-${problem}`;
  const what = problem === "controller-unreachable" ? "the Slurm controller does not answer, so nothing was queued" : "Slurm refused";
  return new SubmissionError(code, `${what}: ${said}${next === undefined ? "" : `; ${next}`}`, { ...options, retryable });
}

const shown = (value: string | undefined): string => (value === undefined ? "(the default)" : JSON.stringify(value));

function notThere(asked: string | undefined, allowed: readonly string[]): string {
  const match = asked === undefined ? undefined : closeMatch(asked, allowed);
  const list = allowed.length === 0 ? "the cluster does not say which may be used" : `may be used: ${allowed.join(", ")}`;
  return `unknown, or closed to this user; ${match === undefined ? "" : `did you mean "${match}"? `}${list}`;
}

/** What the largest nodes have, where the job was to go. */
function largestNodes(resource: "memory" | "cpus", spec: JobSpec, nodes: readonly NodeSize[]): string {
  const sizes = chosenNodes(spec, nodes).map((node) => `${node.partition} ${resource === "memory" ? formatSlurmMemory({ bytes: node.memoryBytes }) : `${node.cpus} CPUs`}`);
  const most = sizes.length === 0 ? "" : `the largest nodes have: ${sizes.join(", ")}; `;
  return `${most}ask for less ${resource === "memory" ? "memory" : "CPUs"} on each node`;
}

/** Whether every node there is has less memory than the job wants on each. */
function hasTooLittleMemory(spec: JobSpec, nodes: readonly NodeSize[]): boolean {
  const there = chosenNodes(spec, nodes);
  return there.length > 0 && componentsOf(spec).some(({ memory }) => memory !== undefined && memory !== "all" && there.every(({ memoryBytes }) => memoryBytes < memory.bytes));
}

const resourceFields = ["gpus", "gpusPerNode", "gpusPerTask", "gpusPerSocket", "gres", "tresPerTask"] as const;

/** GPUs and their like, for a job that asked for some. */
function genericResources(spec: JobSpec, nodes: readonly NodeSize[]): string {
  if (!componentsOf(spec).some((component) => resourceFields.some((field) => component[field] !== undefined))) return "";
  const there = chosenNodes(spec, nodes).map(({ partition, gres }) => `${partition} ${gres.length === 0 ? "nothing" : gres.join(" or ")}`);
  return there.length === 0 ? "" : `a node has at most: ${there.join(", ")}; `;
}

function chosenNodes(spec: JobSpec, nodes: readonly NodeSize[]): readonly NodeSize[] {
  const partitions = namesOf(spec, "partition")?.split(",");
  return partitions === undefined ? nodes : nodes.filter(({ partition }) => partitions.includes(partition));
}

/** What sbatch said, on one line. */
function quoteReply(printed: string): string {
  const lines = printed.split("\n").map((line) => line.replace(/^(?:sbatch: (?:error: )?|slurmrestd: error -?\d+: )/, "").trim()).filter((line) => line !== "");
  return lines.length === 0 ? "nothing was printed" : lines.join(" / ").slice(-1000);
}
