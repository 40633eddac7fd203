import { extraArgumentName } from "./extra-argument.js";
import type { JobSpec } from "./job-spec.js";
import { fewestNodes, mostNodes } from "./node-count.js";
import { optionRows } from "./option/option-table.js";

/** Fields that cannot stand together. */
interface Combination {
  /** The field that is one too many. */
  readonly field: keyof JobSpec;
  readonly refused: (spec: JobSpec) => boolean;
  readonly message: string;
}

const given = (spec: JobSpec, ...fields: readonly (keyof JobSpec)[]): boolean => fields.every((field) => spec[field] !== undefined);

/** Two fields of which one can be given. */
const oneOf = (first: keyof JobSpec, second: keyof JobSpec): Combination => ({ field: second, refused: (spec) => given(spec, first, second), message: `${first} is given too: one of the two` });

const isGpuOfNode = (spec: JobSpec): boolean => spec.gres?.some(({ name }) => name === "gpu") === true;

/**
 * What sbatch refuses on every version or on some, or takes and does not do.
 * @see sbatch(1), and the notes on each option there
 */
const combinations: readonly Combination[] = [
  oneOf("memory", "memoryPerCpu"),
  oneOf("memory", "memoryPerGpu"),
  oneOf("memoryPerCpu", "memoryPerGpu"),
  oneOf("exclusive", "oversubscribe"),
  oneOf("cpusPerTask", "cpusPerGpu"),
  oneOf("ntasksPerNode", "ntasksPerGpu"),
  oneOf("gpusPerTask", "ntasksPerGpu"),
  oneOf("gpusPerSocket", "ntasksPerGpu"),
  oneOf("specializedCores", "specializedThreads"),
  oneOf("nodelist", "nodeFile"),
  oneOf("burstBuffer", "burstBufferFile"),
  oneOf("consolidateSegments", "spreadSegments"),
  oneOf("hint", "ntasksPerCore"),
  oneOf("hint", "socketsPerNode"),
  oneOf("hint", "coresPerSocket"),
  oneOf("hint", "threadsPerCore"),
  { field: "gres", refused: (spec) => given(spec, "gpusPerNode") && isGpuOfNode(spec), message: "gpusPerNode is given too: GPUs in one of the two" },
  { field: "gpusPerSocket", refused: (spec) => given(spec, "gpusPerSocket") && !given(spec, "socketsPerNode"), message: "socketsPerNode must say how many sockets" },
  { field: "gpusPerTask", refused: (spec) => given(spec, "gpusPerTask") && !given(spec, "ntasks") && !given(spec, "gpus"), message: "ntasks (or gpus) must say how many tasks there are" },
  { field: "tresPerTask", refused: (spec) => given(spec, "tresPerTask") && !given(spec, "ntasks") && !given(spec, "gpus"), message: "ntasks (or gpus) must say how many tasks there are" },
  { field: "tresPerTask", refused: (spec) => spec.tresPerTask?.some(({ kind }) => kind === "cpu") === true && (given(spec, "cpusPerTask") || given(spec, "cpusPerGpu")), message: "cpusPerTask or cpusPerGpu is given too: CPUs in one of them" },
  { field: "ntasksPerCore", refused: ({ ntasksPerCore = 0, threadsPerCore = Infinity }) => ntasksPerCore > threadsPerCore, message: "more than threadsPerCore" },
  { field: "ntasks", refused: ({ ntasks, nodes }) => ntasks !== undefined && nodes !== undefined && ntasks < fewestNodes(nodes), message: "fewer than nodes: Slurm would take only as many nodes" },
  { field: "ntasks", refused: ({ ntasks, ntasksPerNode, nodes }) => ntasks !== undefined && ntasksPerNode !== undefined && nodes !== undefined && ntasks > ntasksPerNode * mostNodes(nodes), message: "more than ntasksPerNode on all nodes" },
  { field: "timeMin", refused: ({ timeMin, time }) => timeMin !== undefined && time !== undefined && timeMin.seconds > time.seconds, message: "more than time" },
  { field: "memoryPerGpu", refused: (spec) => given(spec, "memoryPerGpu") && !asksForGpus(spec), message: "no GPU is asked for" },
  { field: "segment", refused: ({ segment, nodes }) => segment !== undefined && nodes !== undefined && leavesRest(fewestNodes(nodes), segment), message: "nodes is not a multiple of it" },
  { field: "distribution", refused: (spec) => isArbitrary(spec) && !given(spec, "nodelist"), message: '"arbitrary" goes by nodelist, which is not given' },
  { field: "nodes", refused: (spec) => isArbitrary(spec) && given(spec, "nodes"), message: 'distribution "arbitrary" counts nodes itself' },
  { field: "batchConstraint", refused: (spec) => given(spec, "batchConstraint") && !given(spec, "constraint"), message: "must be among the features of constraint, which is not given" },
  { field: "mailUser", refused: (spec) => given(spec, "mailUser") && !given(spec, "mailTypes"), message: "there would be no mail: mailTypes says of what" },
];

const asksForGpus = (spec: JobSpec): boolean =>
  given(spec, "gpus") || given(spec, "gpusPerNode") || given(spec, "gpusPerTask") || given(spec, "gpusPerSocket") || isGpuOfNode(spec) || spec.tresPerTask?.some((request) => request.kind === "gres" && request.name === "gpu") === true;

const isArbitrary = ({ distribution }: JobSpec): boolean => distribution !== undefined && "nodes" in distribution && distribution.nodes === "arbitrary";

const leavesRest = (nodes: number, segment: number): boolean => nodes > segment && nodes % segment !== 0;

/** Something that is wrong with a spec as a whole. */
export interface SpecProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The fields of a spec, or of a complete component, that cannot stand together. */
export const findCombinations = (spec: JobSpec): readonly SpecProblem[] => [
  ...combinations.flatMap(({ field, refused, message }) => (refused(spec) ? [{ path: [field], message }] : [])),
  ...findRepeated(spec),
];

/** Of an option that is given twice sbatch takes the last. */
function findRepeated({ extraArguments = [], ...spec }: JobSpec): readonly SpecProblem[] {
  const values: Readonly<Record<string, unknown>> = { ...spec };
  return extraArguments.flatMap((word, index) => {
    const name = extraArgumentName(word) ?? "";
    const field = optionRows.find(([key, { names }]) => values[key] !== undefined && names.includes(name))?.[0];
    return field === undefined ? [] : [{ path: ["extraArguments", index], message: `${field} says --${name} already` }];
  });
}
