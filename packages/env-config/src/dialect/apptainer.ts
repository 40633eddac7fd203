import { refuseWhere, type Dialect, type Refusal } from "./dialect.js";

/** What the engine sets, reads or keeps, or its start-up script inside works with (`e`, `key`). Tried with Apptainer 1.4.5. */
const kept = /^(?:__(?:exported_env|apptainer_cmd|singularity_cmd)__|e|key|(?:APPTAINER|SINGULARITY|SING)_.*|APPTAINERENV_.*|SINGULARITYENV_.*|APPEND_PATH|DIRSTACK|EUID|GID|HOME|IFS|LD_LIBRARY_PATH|OPTIND|PATH|PREPEND_PATH|PROMPT_COMMAND|PWD|UID)$/;

const inLaunch = "set it with variables() right of the container in a launch, which carries every value";

/** The file is a shell script to the host's side of the engine, and so is what it hands on inside. */
function refuseAlways(name: string, value: string): Refusal | undefined {
  if (kept.test(name)) return { reason: "is a name that the engine or its start-up keeps", nextStep: inLaunch };
  return (
    refuseWhere(value, /\u0080/, "holds the control character U+0080, at which the engine's parser stops", inLaunch) ??
    refuseWhere(value, /\r\n/, "holds a carriage return before a line break, which is dropped inside", inLaunch)
  );
}

/** Single quotes; one of them is written `'"'"'`, because the engine reads `'\''` in another way than a shell. */
const quoted = (value: string): string => `'${value.replaceAll("'", `'"'"'`)}'`;

/** An `--env-file` that is read alike with and without `--no-eval`. */
export const apptainerAny: Dialect = {
  title: "an Apptainer environment file",
  refuse: (name, value) =>
    refuseAlways(name, value) ??
    refuseWhere(value, /[$`"\\]/, 'holds $, `, " or \\, which mean something else with --no-eval than without', "write for apptainer-no-eval and start with --no-eval, or for apptainer-eval and start without"),
  write: (name, value) => `${name}=${quoted(value)}\n`,
};

/** An `--env-file` for `--no-eval` alone: without it, `$(…)` in a value would be run. */
export const apptainerNoEval: Dialect = { ...apptainerAny, refuse: refuseAlways };

/** An `--env-file` for a start without `--no-eval`, where values are read once more inside, as within double quotes. The engine itself escapes `"`. */
export const apptainerEval: Dialect = {
  ...apptainerAny,
  refuse: refuseAlways,
  write: (name, value) => `${name}=${quoted(value.replaceAll(/[$`\\]/g, String.raw`\$&`))}\n`,
};
