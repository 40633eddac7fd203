import { isKeptByShells, OptionsError, Secret, type OptionsIssue, type SetupStep, type SetVariable } from "@hpckit/core";
import type { EngineFlavour } from "../engine/engine-version.js";

/**
 * Names that Apptainer never takes over by prefix (HOME, PATH, its own), and those that its start-up shell keeps or uses for
 * itself. They are set by a script inside the container.
 * @see Apptainer 1.4, internal/pkg/util/env, and the environment scripts of an image in /.singularity.d
 */
const byScript = /^(?:PATH|LD_LIBRARY_PATH|HOME|GID|PS[1-3]|ENV|BASH_ENV|e|key|__exported_env__|__apptainer_cmd__|(?:PREPEND|APPEND)_PATH|(?:APPTAINER|SINGULARITY|SING_).*)$/;

/** Such names, as far as a host's environment has them: for a pattern of names. */
export const uncrossableNames: readonly string[] = [
  "PATH", "LD_LIBRARY_PATH", "HOME", "GID", "PS1", "ENV", "BASH_ENV", "PREPEND_PATH", "APPEND_PATH", "APPTAINER_", "APPTAINERENV_", "SINGULARITY_", "SINGULARITYENV_", "SING_", "e", "key",
  "_", "EUID", "IFS", "OLDPWD", "OPTIND", "POSIXLY_CORRECT", "PPID", "PWD", "SHELLOPTS", "SHLVL", "UID", "BASHOPTS",
];

/** Whether a variable of this name arrives in a container by `APPTAINERENV_NAME`. */
export const crossesByPrefix = (name: string): boolean => !byScript.test(name) && !isKeptByShells(name);

export interface Crossing {
  /** Variables for the host's side, which bring the first ones in without a shell inside. */
  readonly carried: readonly SetVariable[];
  /** What is left to do inside. */
  readonly inside: readonly SetupStep[];
}

/**
 * Divides the setup of what runs in a container at the first step that only a shell inside can do. Steps behind it stay
 * behind it: one may use what an earlier one set.
 *
 * A value with an expression in it is such a step too: it stands right of the container, so it means the container's variables.
 * So is one with a carriage return before a line break, which Apptainer 1.4 would bring in as the line break alone.
 * @throws OptionsError for a name that shells keep for themselves, and for a secret that would not arrive whole.
 */
export function divideSetup(setup: readonly SetupStep[], prefix?: EnginePrefix): Crossing {
  const issues = setup.flatMap((step) => (step.kind === "set" ? refusals(step) : []));
  if (issues.length > 0) throw new OptionsError("container", issues);
  const border = setup.findIndex((step) => !(step.kind === "set" && crossesByPrefix(step.name) && arrivesByPrefix(step)));
  const end = border === -1 ? setup.length : border;
  return { carried: setup.slice(0, end).flatMap((step) => (step.kind === "set" ? [carried(step, prefix)] : [])), inside: setup.slice(end) };
}

/**
 * `--env` would split on commas, and would lose every variable when one of them has a bad name.
 * @param prefix - of the engine: SingularityCE reads `SINGULARITYENV_`, where Apptainer warns of it.
 */
export const carried = (step: SetVariable, prefix: EnginePrefix = "APPTAINERENV_"): SetVariable => ({ ...step, name: `${prefix}${step.name}` });

/** Of an engine that is not known, Apptainer's. */
export const enginePrefix = (flavour: EngineFlavour | undefined): EnginePrefix => (flavour === undefined || flavour === "apptainer" ? "APPTAINERENV_" : "SINGULARITYENV_");

export type EnginePrefix = "APPTAINERENV_" | "SINGULARITYENV_";

function refusals({ name, value }: SetVariable): readonly OptionsIssue[] {
  if (isKeptByShells(name)) return [{ path: name, message: "is a name that shells keep for themselves, so a value never arrives; choose another" }];
  // A secret has no other way in than by the environment.
  if (value instanceof Secret && value.reveal().includes("\r\n")) {
    return [{ path: name, message: "Apptainer would drop the carriage returns before the secret's line breaks: give it without them" }];
  }
  return [];
}

const arrivesByPrefix = ({ value }: SetVariable): boolean => (typeof value === "string" ? !value.includes("\r\n") : value instanceof Secret);
