import type { PythonEnv } from "../environment/python-env.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { buildExit } from "./build-exit.js";
import { meaningOf, reasonOf, type Meaning } from "./installer-words.js";

export interface FailedBuild {
  readonly env: PythonEnv;
  readonly host: string;
  readonly exitCode: number | undefined;
  /** The signal that ended it, if one did. */
  readonly endedBy?: string | undefined;
  /** Lines of the installer and of the script, without secrets. */
  readonly said: readonly string[];
}

/** Makes the error of a build that failed: what, where, the installer's own reason, and what to do next. */
export function explainFailure({ env, host, exitCode, endedBy, said }: FailedBuild): PythonEnvError {
  const output = said.filter((line) => line.trim() !== "");
  const reason = endedBy === undefined ? reasonOf(output) : `${endedBy} ended it over there, as limits of login nodes do`;
  const { fault, next } = faultOf(exitCode, env, output.join("\n"));
  const told = [reason, next].filter((each) => each !== "").join("; ") || "nothing was said";
  return new PythonEnvError(fault, `the environment under ${env.root} on ${host} was not built: ${told}`, {
    detail: { exitCode, signal: endedBy, output: output.slice(-50) },
    retryable: fault === "index-unreachable",
  });
}

function faultOf(exitCode: number | undefined, env: PythonEnv, output: string): Meaning {
  const { python, root } = env;
  switch (exitCode) {
    case buildExit.pipMissing:
      return { fault: "pip-missing", next: `${python} has neither ensurepip nor pip: install python3-venv (Debian), python3-pip (Enterprise Linux) or uv where it is used` };
    case buildExit.uvMissing:
      return { fault: "uv-missing", next: "no uv is on the PATH there: install it (a single program), or leave `installer` to be chosen" };
    case buildExit.rootNotWritable:
      return { fault: "root-not-writable", next: `ask for write access to ${root}, or choose another root` };
    case buildExit.checkFailed:
      return { fault: "check-failed", next: "pip check found the conflict above: change the requirements" };
    case buildExit.importFailed:
      return { fault: "import-failed", next: "what `verify` names must be importable where it is built: see which library or module is missing there" };
    case buildExit.installFailed:
      return meaningOf(output, env);
    default: {
      const meaning = meaningOf(output, env);
      return meaning.fault === "disk-full" || meaning.fault === "killed" ? meaning : { fault: "build-failed", next: "" };
    }
  }
}
