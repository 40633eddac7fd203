import { OptionsError, type OptionsIssue } from "@hpckit/core";
import type { SlurmVersion } from "../../cluster/slurm-version.js";
import { extraArgumentName } from "../extra-argument.js";
import type { ComponentSpec, JobSpec } from "../job-spec.js";
import { knownOptions, optionsMeant } from "./known-options.js";
import { optionRows } from "./option-table.js";
import { missingIn } from "../../cluster/release.js";

/**
 * Refuses what a cluster's Slurm does not know. sbatch itself would not always: it takes the beginning of an option's name for
 * the option, so on 22.05 `--extra` becomes `--extra-node-info`.
 * @throws OptionsError that names the release which brought (or took) each such field.
 */
export function refuseUnknownOptions(spec: JobSpec, version: SlurmVersion): void {
  const inComponents = spec.components?.flatMap((component, index) => issuesOf(component, version, `components.${index}.`)) ?? [];
  const issues = [...issuesOf(spec, version, ""), ...inComponents];
  if (issues.length > 0) throw new OptionsError("job spec", issues);
}

function issuesOf(spec: ComponentSpec, version: SlurmVersion, at: string): readonly OptionsIssue[] {
  const values: Readonly<Record<string, unknown>> = { ...spec };
  const fields = optionRows.flatMap(([field, row]) => {
    const value = values[field];
    if (value === undefined) return [];
    const younger = row.younger?.(value);
    const missing = missingIn(row, version);
    const message = missing === undefined ? younger && ofPart(younger.what, missingIn(younger, version)) : `--${row.names.join(", --")} ${missing}`;
    return message === undefined ? [] : [{ path: at + field, message }];
  });
  const extra = (spec.extraArguments ?? []).flatMap((word, index) => {
    const message = extraProblem(word, version);
    return message === undefined ? [] : [{ path: `${at}extraArguments.${index}`, message }];
  });
  return [...fields, ...extra];
}

const ofPart = (what: string, missing: string | undefined): string | undefined => (missing === undefined ? undefined : `${what} ${missing}`);

/** A name that no table knows may be a plugin's or a newer Slurm's: sbatch decides. */
function extraProblem(word: string, version: SlurmVersion): string | undefined {
  const name = extraArgumentName(word) ?? "";
  const range = knownOptions.get(name);
  const missing = range === undefined ? undefined : missingIn(range, version);
  if (missing !== undefined) return `--${name} ${missing}`;
  const meant = optionsMeant(name, version);
  return range !== undefined || meant.length === 0 ? undefined : `sbatch would take --${name} for --${meant.join(" or --")}: write the whole name`;
}
