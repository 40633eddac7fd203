import { contentFolderExit, lines, renderMake, sh, type ShellExpression } from "@hpckit/core";
import type { PythonEnv } from "../environment/python-env.js";

/** How the script that builds an environment ends. */
export const buildExit = { ...contentFolderExit, builtFromIndex: 0, builtFromWheels: 79, pipMissing: 81, installFailed: 82, checkFailed: 83 } as const;

export interface BuildPlan {
  readonly env: PythonEnv;
  /** Of inputs and interpreter, as found. */
  readonly name: string;
  /** The builder's own: its folder is `NAME-ID`, with the inputs in `.hpckit` already. */
  readonly id: string;
  readonly hasConstraints: boolean;
}

/** Builds an environment as core makes every content folder: at the path where it stays, published when it is whole. */
export const renderBuild = (plan: BuildPlan): ShellExpression => renderMake({ root: plan.env.root, name: plan.name, id: plan.id, policy: plan.env.policy }, install(plan));

function install({ env, hasConstraints }: BuildPlan): ShellExpression {
  const constraints = hasConstraints ? sh`--constraint "$hpckit_folder/.hpckit/constraints.txt"` : sh``;
  return lines(
    sh`
      unset PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_REQUIREMENT PIP_EDITABLE PIP_DRY_RUN PIP_PYTHON
      PYTHONNOUSERSITE=1
      export PYTHONNOUSERSITE
      if ${env.python} -c 'import ensurepip' 2>/dev/null; then
        ${env.python} -m venv "$hpckit_folder"
        hpckit_pip() { "$hpckit_folder/bin/python" -m pip "$@"; }
      elif ${env.python} -m pip --version >/dev/null 2>&1; then
        ${env.python} -m venv --without-pip "$hpckit_folder"
        hpckit_pip() { ${env.python} -m pip --python "$hpckit_folder/bin/python" "$@"; }
      else
        exit ${buildExit.pipMissing}
      fi
      hpckit_install() {
        hpckit_pip install --disable-pip-version-check --no-input --progress-bar off --requirement "$hpckit_folder/.hpckit/requirements.txt" ${constraints} "$@" 2>&1
      }
      hpckit_end=${buildExit.builtFromIndex}
    `,
    env.wheels === undefined
      ? sh`hpckit_install || exit ${buildExit.installFailed}`
      : sh`
          PIP_RETRIES=\${PIP_RETRIES:-1}
          export PIP_RETRIES
          if ! hpckit_install; then
            echo 'hpckit: no package index could be reached, or none has what is required (pip says which, above); installing from the wheels that came along'
            hpckit_end=${buildExit.builtFromWheels}
            hpckit_install --no-index --find-links "$hpckit_folder/.hpckit/wheels" || exit ${buildExit.installFailed}
          fi
        `,
    sh`
      hpckit_pip check || exit ${buildExit.checkFailed}
      rm -rf -- "$hpckit_folder/.hpckit/wheels"
    `,
  );
}
