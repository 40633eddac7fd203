import { OptionsError } from "@hpckit/core";
import { formatGpus, formatGres, type GpuRequest } from "../spec/generic-resources.js";
import { isNodeList } from "../spec/node-count.js";
import { optionTable, type OptionFields } from "../spec/option/option-table.js";
import type { SbatchOption } from "../spec/option/sbatch-option.js";
import type { PlacedJobSpec } from "../submit/sbatch-arguments.js";
import type { ApiTraits } from "./api-version.js";
import type { components as V38 } from "./generated/v0-0-38.js";
import type { components as V42 } from "./generated/v0-0-42.js";
import type { components as V45 } from "./generated/v0-0-45.js";

type Description38 = V38["schemas"]["JobDescription"];
/** Fields that 24.11 and 26.05 both have, in the words of both. */
type DescriptionLater = Pick<V42["schemas"]["JobDescription"], keyof V42["schemas"]["JobDescription"] & keyof V45["schemas"]["JobDescription"]>;

/** What slurmrestd is told of a job, in one version's words. */
type JobDescription = Description38 | DescriptionLater;

/** Before v0.0.39, and from there on; `undefined` where a version has no words for it. */
interface Words {
  readonly old: Description38 | undefined;
  readonly later: DescriptionLater | undefined;
}

/** A field that goes as it is, under one name in all versions. */
const same = <Key extends keyof Description38 & keyof DescriptionLater>(key: Key) => (value: Description38[Key] & DescriptionLater[Key]): Words => ({ old: { [key]: value }, later: { [key]: value } });
const both = (description: Description38 & DescriptionLater): Words => ({ old: description, later: description });
/** What slurmrestd takes, and its specification does not say. */
const undocumented = (description: Readonly<Record<string, unknown>>): Description38 => description;

/** The value as sbatch is told it: slurmrestd reads many a text alike. */
function asSbatch<Field extends keyof OptionFields>(field: Field, value: NonNullable<OptionFields[Field]>): string {
  // That a field's value goes to the field's own row is beyond the compiler.
  const { write } = optionTable[field] as SbatchOption<unknown>;
  const [word = ""] = write(value);
  return word.slice(word.indexOf("=") + 1);
}

const noLimit = 0xffff_ffff;
const limited = (seconds: number): { readonly old: number; readonly later: { set: boolean; infinite?: boolean; number?: number } } =>
  seconds === Infinity ? { old: noLimit, later: { set: true, infinite: true } } : { old: Math.ceil(seconds / 60), later: { set: true, number: Math.ceil(seconds / 60) } };
const megabytes = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);
/** `gres/gpu:a100:2,gres/gpu:h100:1` */
const asTres = (resources: string): string => resources.split(",").map((resource) => `gres/${resource}`).join(",");
const gpus = (requests: readonly GpuRequest[]): string => formatGres(requests.map((request) => ({ name: "gpu", ...request })));

type Table = { readonly [Field in keyof PlacedJobSpec]?: (value: NonNullable<PlacedJobSpec[Field]>, spec: PlacedJobSpec) => Words };

/**
 * How fields of a job spec are told, each compared live with what sbatch makes of it. A field without a row is refused.
 * @see slurmrestd's specification, job_desc_msg (v0.0.40 and later), job_properties (v0.0.38)
 */
const table: Table = {
  // The script is no part of the description.
  launch: () => both({}),
  name: same("name"),
  comment: same("comment"),
  wckey: same("wckey"),
  account: same("account"),
  partition: same("partition"),
  qos: same("qos"),
  reservation: same("reservation"),
  time: ({ seconds }) => ({ old: { time_limit: limited(seconds).old }, later: { time_limit: limited(seconds).later } }),
  timeMin: ({ seconds }) => ({ old: { time_minimum: limited(seconds).old }, later: { time_minimum: limited(seconds).later } }),
  nodes: (nodes) => {
    if (isNodeList(nodes)) return { old: undefined, later: { nodes: asSbatch("nodes", nodes) } };
    const { min, max } = typeof nodes === "number" ? { min: nodes, max: nodes } : nodes;
    // 22.05 reads a text as sbatch does, and ignores a list, which is what its specification says.
    return { old: undocumented({ nodes: `${min}-${max}` }), later: { minimum_nodes: min, maximum_nodes: max } };
  },
  ntasks: (tasks) => both({ tasks }),
  ntasksPerNode: (tasks) => both({ tasks_per_node: tasks }),
  cpusPerTask: (cpus) => both({ cpus_per_task: cpus }),
  minCpusPerNode: same("minimum_cpus_per_node"),
  memory: (memory) => {
    const amount = memory === "all" ? 0 : megabytes(memory.bytes);
    return { old: { memory_per_node: amount }, later: { memory_per_node: { set: true, number: amount } } };
  },
  memoryPerCpu: ({ bytes }) => ({ old: { memory_per_cpu: megabytes(bytes) }, later: { memory_per_cpu: { set: true, number: megabytes(bytes) } } }),
  gpus: (requests) => ({ old: { gpus: formatGpus(requests) }, later: { tres_per_job: asTres(gpus(requests)) } }),
  gpusPerNode: (_, spec) => perNode(spec),
  gres: (_, spec) => perNode(spec),
  constraint: same("constraints"),
  prefer: same("prefer"),
  nodelist: (nodelist) => ({ old: undefined, later: { required_nodes: asSbatch("nodelist", nodelist).split(",") } }),
  exclude: (exclude) => ({ old: undefined, later: { excluded_nodes: asSbatch("exclude", exclude).split(",") } }),
  licenses: (licenses) => both({ licenses: asSbatch("licenses", licenses) }),
  dependency: (dependency) => {
    const text = asSbatch("dependency", dependency);
    return both(text === "" ? {} : { dependency: text });
  },
  array: (array) => both({ array: asSbatch("array", array) }),
  hold: same("hold"),
  // 22.05 takes the word for yes, whatever its value.
  requeue: (requeue) => (requeue === "expedite" ? { old: undefined, later: undefined } : { old: requeue ? { requeue } : undocumented({ no_requeue: true }), later: { requeue } }),
  nice: same("nice"),
  workFolder: same("current_working_directory"),
  output: same("standard_output"),
  error: same("standard_error"),
  input: same("standard_input"),
};

function perNode({ gpusPerNode, gres = [] }: PlacedJobSpec): Words {
  const all = [...(gpusPerNode === undefined ? [] : [gpus(gpusPerNode)]), ...(gres.length === 0 ? [] : [formatGres(gres)])].join(",");
  return { old: { gres: all }, later: { tres_per_node: asTres(all) } };
}

/**
 * Writes a job spec as slurmrestd takes it. Nothing that was asked for is left out: slurmrestd itself ignores fields that it does not know, with
 * no more than a warning.
 * @throws OptionsError for fields that it has no words for, in this version or at all.
 */
export function describeJob(spec: PlacedJobSpec, { wrapped }: Pick<ApiTraits, "wrapped">): JobDescription {
  const fields = (Object.keys(spec) as (keyof PlacedJobSpec)[]).filter((field) => asksForSomething(spec[field]));
  const told = fields.map((field) => ({ field, words: tell(field, spec)?.[wrapped ? "later" : "old"] }));
  const refused = told.flatMap(({ field, words }) => (words === undefined ? [{ path: field, message: "has no words over slurmrestd, or not in this version of it: leave it out, or submit by the command line" }] : []));
  if (refused.length > 0) throw new OptionsError("job spec", refused);
  // sbatch gives this name to a script that has none.
  return Object.assign({ name: "sbatch" }, ...told.map(({ words }) => words)) as JobDescription;
}

const asksForSomething = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);

function tell(field: keyof PlacedJobSpec, spec: PlacedJobSpec): Words | undefined {
  // That a field's value goes to the field's own row is beyond the compiler.
  const render = table[field] as ((value: unknown, spec: PlacedJobSpec) => Words) | undefined;
  return render?.(spec[field], spec);
}
