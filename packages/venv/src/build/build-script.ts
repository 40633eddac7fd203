import { lines, renderMake, sh, type ShellExpression } from "@hpckit/core";
import type { PythonEnv } from "../environment/python-env.js";
import type { Inputs } from "../inputs/read-inputs.js";
import { isLock, type InputText } from "../inputs/requirement-text.js";
import { waitForInputs } from "../inputs/wait-for-inputs.js";
import { buildExit } from "./build-exit.js";
import { installArguments, projectArguments } from "./install-arguments.js";
import { chooseInstaller } from "./installer-script.js";

export interface BuildPlan {
  readonly env: PythonEnv;
  readonly inputs: Inputs;
  /** Of inputs and interpreter, as found. */
  readonly name: string;
  /** The builder's own: its folder is `NAME-ID`. */
  readonly id: string;
}

/**
 * Builds an environment as core makes every content folder: at the path where it stays, published when it is whole. It asks for
 * its inputs once it is the one that builds, and they are brought into `$hpckit_folder/.hpckit`.
 */
export const renderBuild = ({ env, inputs, name, id }: BuildPlan): ShellExpression =>
  renderMake({ root: env.root, name, id, policy: env.policy }, lines(requireUv(env), waitForInputs(env.policy), surroundings, makeEmpty(env), chooseInstaller(env), renderInstall(env, inputs), check(env), finish));

/** Before anything is brought, or made of it. */
const requireUv = ({ installer }: PythonEnv): ShellExpression | undefined => (installer === "uv" ? sh`command -v uv >/dev/null 2>&1 || exit ${buildExit.uvMissing}` : undefined);

/** What would lead an installer elsewhere. It starts in an empty folder: modules and settings that lie around are not taken up. */
export const surroundings = sh`
  unset PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIREMENT PIP_EDITABLE PIP_PYTHON
  unset UV_TARGET UV_PREFIX UV_SYSTEM_PYTHON UV_PYTHON UV_PROJECT UV_WORKING_DIR VIRTUAL_ENV CONDA_PREFIX
  PYTHONNOUSERSITE=1
  PIP_USER=0 # a file of the machine's may say otherwise
  PIP_DRY_RUN=0
  export PYTHONNOUSERSITE PIP_USER PIP_DRY_RUN
  hpckit_inputs=$hpckit_folder/.hpckit
  mkdir -- "$hpckit_tmp/empty"
  cd -- "$hpckit_tmp/empty"
  hpckit_failed() {
    if [ "$1" -gt 128 ]; then
      echo "hpckit: what installs was ended by signal $(($1 - 128))"
      exit "$1"
    fi
    exit "$2"
  }
`;

/** An interpreter without ensurepip lends its own pip, and where it has none, uv does. */
const makeEmpty = ({ python, systemSitePackages, installer }: PythonEnv): ShellExpression => sh`
  hpckit_has_pip=yes
  hpckit_without_pip=
  if ! ${python} -c 'import ensurepip' 2>/dev/null; then
    hpckit_without_pip=--without-pip
    if ! ${python} -m pip --version >/dev/null 2>&1; then
      hpckit_has_pip=
      ${installer === "uv" ? sh`:` : sh`command -v uv >/dev/null 2>&1 || exit ${buildExit.pipMissing}`}
    fi
  fi
  ${python} -m venv $hpckit_without_pip ${systemSitePackages ? ["--system-site-packages"] : []} "$hpckit_folder"
  hpckit_pip() {
    if [ -z "$hpckit_without_pip" ]; then "$hpckit_folder/bin/python" -m pip "$@"; else ${python} -m pip --python "$hpckit_folder/bin/python" "$@"; fi
  }
`;

/** pip then demands one of everything. A lock has them always, and uv takes nothing else beside it. */
const hasHashes = (input: InputText): boolean => isLock(input) || /\s--hash[= ]/.test(input.text);

/**
 * From the index first, and from the wheels alone if that does not do: of both at once nobody could say where a package came from. Their
 * folder is named from the empty one, because uv takes a path with a comma for two (0.13).
 */
export function renderInstall(env: PythonEnv, inputs: Inputs): ShellExpression {
  const projects = projectArguments(env, inputs);
  const isApart = projects.length > 0 && (env.requireHashes || inputs.requirements.some(hasHashes)); // nobody has a hash of a folder
  const all = isApart
    ? sh`hpckit_all() { hpckit_first "$@" ${installArguments(env, inputs)} && hpckit_install "$@" --no-deps ${projects} && hpckit_record "$@"; }`
    : sh`hpckit_all() { hpckit_first "$@" ${installArguments(env, inputs)} ${projects} && hpckit_record "$@"; }`;
  if (env.wheels?.kind === "house") {
    return lines(all, sh`
      hpckit_end=${buildExit.builtFromWheels}
      ln -s -- ${env.wheels.folder} "$hpckit_tmp/wheels"
      hpckit_all --no-index --find-links ../wheels || hpckit_failed $? ${buildExit.installFailed}
    `);
  }
  if (env.wheels === undefined) return lines(all, sh`hpckit_all || hpckit_failed $? ${buildExit.installFailed}`);
  return lines(all, sh`
    PIP_RETRIES=\${PIP_RETRIES:-1}
    UV_HTTP_RETRIES=\${UV_HTTP_RETRIES:-1}
    export PIP_RETRIES UV_HTTP_RETRIES
    hpckit_status=0
    hpckit_all || hpckit_status=$?
    if [ "$hpckit_status" -gt 128 ]; then hpckit_failed "$hpckit_status" 1; fi
    if [ "$hpckit_status" -ne 0 ]; then
      echo 'hpckit: no package index could be reached, or none has what is required (the reason stands above); installing from the wheels that came along'
      hpckit_end=${buildExit.builtFromWheels}
      ln -s -- "$hpckit_inputs/wheels" "$hpckit_tmp/wheels"
      hpckit_all --no-index --find-links ../wheels || hpckit_failed $? ${buildExit.installFailed}
    fi
  `);
}

const check = ({ verify }: PythonEnv): ShellExpression =>
  lines(
    sh`hpckit_check || hpckit_failed $? ${buildExit.checkFailed}`,
    verify.length === 0 ? undefined : sh`"$hpckit_folder/bin/python" -I -c ${`import ${verify.join(", ")}`} 2>&1 || hpckit_failed $? ${buildExit.importFailed}`,
  );

const finish = sh`
  cd /
  rm -rf -- "$hpckit_inputs/wheels" "$hpckit_inputs/projects"
`;
