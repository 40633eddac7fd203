import { posix } from "node:path";
import { closeMatch } from "@hpckit/core";
import { isChoice } from "../spec/licenses.js";
import type { CheckFinding } from "./check-finding.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import type { CheckedJob } from "./checked-job.js";
import { isSince } from "../cluster/release.js";

/** What a job as a whole names: an array, other jobs, a folder that is named after it. */
export const checkRequests = (job: CheckedJob, knowledge: CheckKnowledge): readonly CheckFinding[] => [
  ...checkArray(job, knowledge),
  ...checkDependencies(knowledge),
  ...(["output", "error"] as const).flatMap((field) => checkOutputFolder(field, job, knowledge)),
];

/**
 * A folder that is named after the job can be made by nobody before it has its id. 24.11 makes it, 22.05 fails the job (exit code 0:53);
 * what is between them was not seen.
 */
function checkOutputFolder(field: "output" | "error", { spec }: CheckedJob, { version }: CheckKnowledge): readonly CheckFinding[] {
  const folder = posix.dirname(spec[field] ?? "").replaceAll("%%", "");
  if (!/%\d*[AJj]/.test(folder) || isSince("24.11", version)) return [];
  const severity = isSince("23.02", version) ? "note" : "never-starts";
  return [{ kind: "folder-missing", severity, field, message: `${folder}: ${severity === "note" ? "whether this Slurm makes the folder is not known; one that does not fails the job" : "this Slurm does not make the folder, and fails the job"}: name the file after the job, and not its folder` }];
}

/** MaxArraySize is one more than the highest index. */
export function checkArray({ spec: { array } }: Pick<CheckedJob, "spec">, { maxArraySize, maxArrayTasks = Infinity }: Pick<CheckKnowledge, "maxArraySize" | "maxArrayTasks">): readonly CheckFinding[] {
  const highest = array?.tasks.at(-1);
  if (array === undefined || highest === undefined) return [];
  if (array.tasks.length > maxArrayTasks) {
    return [{ kind: "array-too-large", severity: "refused", field: "array", message: `an array of this cluster has at most ${maxArrayTasks} tasks (max_array_tasks), not ${array.tasks.length}`, limit: { name: "max_array_tasks", value: maxArrayTasks, owner: "cluster" } }];
  }
  if (highest < maxArraySize) return [];
  return [{ kind: "array-too-large", severity: "refused", field: "array", message: `the highest index of this cluster is ${maxArraySize - 1} (MaxArraySize), not ${highest}`, limit: { name: "MaxArraySize", value: maxArraySize - 1, owner: "cluster" } }];
}

export function checkLicenses({ spec }: CheckedJob, { licenses }: CheckKnowledge): readonly CheckFinding[] {
  // Of alternatives Slurm chooses.
  if (licenses === undefined || spec.licenses === undefined || isChoice(spec.licenses)) return [];
  const names = licenses.map(({ name }) => name);
  return spec.licenses.flatMap(({ name: called, server, count }): readonly CheckFinding[] => {
    const name = server === undefined ? called : `${called}@${server}`;
    const license = licenses.find((each) => each.name === name);
    const match = closeMatch(name, names);
    if (license === undefined) return [{ kind: "unknown-license", severity: "refused", field: "licenses", message: `licence "${name}": unknown; ${match === undefined ? "" : `did you mean "${match}"? `}there are: ${names.length === 0 ? "none" : names.join(", ")}`, allowed: names }];
    const limit = { name: "Total", value: license.total, used: license.used, owner: `licence ${name}` };
    if (count > license.total) return [{ kind: "over-limit", severity: "refused", field: "licenses", message: `${count} licences ${name}: there are ${license.total}`, limit }];
    if (count > license.free) return [{ kind: "waits-for-licenses", severity: "will-wait", field: "licenses", message: `${count} licences ${name}: ${license.free} of ${license.total} are free now`, limit }];
    return [];
  });
}

/** 22.05 takes a job that it does not know for one that ended well, and starts the other at once. */
function checkDependencies({ unknownJobs = [], version }: CheckKnowledge): readonly CheckFinding[] {
  const runsAtOnce = !isSince("23.02", version);
  return unknownJobs.map((id) => ({
    kind: "unknown-dependency",
    severity: runsAtOnce ? "note" : "refused",
    field: "dependency",
    message: `job ${id}: the controller does not know it (any more); ${runsAtOnce ? "this Slurm would not wait for it" : "leave it out if it has ended as it should"}`,
  }));
}
