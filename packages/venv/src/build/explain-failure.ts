import type { PythonEnv } from "../environment/python-env.js";
import { PythonEnvError, type PythonEnvFault } from "../error/python-env-error.js";
import { buildExit } from "./build-script.js";

export interface FailedBuild {
  readonly env: PythonEnv;
  readonly host: string;
  readonly exitCode: number | undefined;
  /** The signal that ended it, if one did. */
  readonly endedBy?: string | undefined;
  /** Lines of pip and of the script, without secrets. */
  readonly said: readonly string[];
}

/** Makes the error of a build that failed: what, where, pip's own reason, and what to do next. */
export function explainFailure({ env, host, exitCode, endedBy, said }: FailedBuild): PythonEnvError {
  const output = said.filter((line) => line.trim() !== "");
  const reason = endedBy === undefined ? reasonOf(output) : `${endedBy} ended it over there, as limits of login nodes do`;
  const { fault, next } = faultOf(exitCode, env, output);
  return new PythonEnvError(fault, `the environment under ${env.root} on ${host} was not built: ${reason}${next === "" ? "" : `; ${next}`}`, {
    detail: { exitCode, signal: endedBy, output: output.slice(-50) },
    retryable: unreachable.test(output.join("\n")),
  });
}

/** What pip says where no index answers: urllib3's words for a name, a port or a certificate that fails. */
const unreachable = /connection broken by|Failed to establish a new connection|Temporary failure in name resolution|Could not fetch URL|ReadTimeoutError|ProxyError/;

function faultOf(exitCode: number | undefined, { python, root, wheels }: PythonEnv, output: readonly string[]): { readonly fault: PythonEnvFault; readonly next: string } {
  switch (exitCode) {
    case buildExit.pipMissing:
      return { fault: "pip-missing", next: `${python} has neither ensurepip nor pip: install python3-venv (Debian) or python3-pip (Enterprise Linux) where it is used` };
    case buildExit.rootNotWritable:
      return { fault: "root-not-writable", next: `ask for write access to ${root}, or choose another root` };
    case buildExit.checkFailed:
      return { fault: "check-failed", next: "pip check found the conflict above: change the requirements" };
    case buildExit.installFailed:
      return { fault: "install-failed", next: unreachable.test(output.join("\n")) && wheels === undefined ? "no package index could be reached: give `wheels`, a folder with a wheel for everything" : "" };
    default:
      return { fault: "build-failed", next: "" };
  }
}

/** pip's lines that say what is wrong, or else the last ones. */
function reasonOf(output: readonly string[]): string {
  const errors = output.filter((line) => /^\s*(?:ERROR|error):|^\S+ \S+ (?:requires|has requirement) /.test(line));
  const reason = (errors.length > 0 ? errors.slice(-5) : output.slice(-3)).map((line) => line.trim()).join("; ");
  return reason === "" ? "nothing was said" : reason.slice(0, 2000);
}
