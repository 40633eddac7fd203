import { lines, renderMake, sh, type ShellExpression } from "@hpckit/core";
import { buildExit } from "../build/build-exit.js";
import { renderInstall, surroundings, type BuildPlan } from "../build/build-script.js";
import { waitForInputs } from "../inputs/wait-for-inputs.js";
import { targetArguments, type WheelhouseTarget } from "./wheelhouse-target.js";

export interface WheelhousePlan extends BuildPlan {
  readonly target: WheelhouseTarget | undefined;
}

/**
 * Fills a content folder with a wheel for everything, as an environment is installed: from the index first, and from wheels that
 * came along if that does not do. What has no wheel is built, but for another interpreter.
 */
export const renderWheelhouse = ({ env, inputs, name, id, target }: WheelhousePlan): ShellExpression =>
  renderMake(
    { root: env.root, name, id, policy: env.policy },
    lines(
      waitForInputs(env.policy),
      surroundings,
      sh`
        if ${env.python} -m pip --version >/dev/null 2>&1; then
          hpckit_pip() { ${env.python} -m pip "$@"; }
        elif ${env.python} -c 'import ensurepip' 2>/dev/null; then
          ${env.python} -m venv "$hpckit_tmp/pip"
          hpckit_pip() { "$hpckit_tmp/pip/bin/python" -m pip "$@"; }
        else
          exit ${buildExit.pipMissing}
        fi
        hpckit_install() { hpckit_pip ${target === undefined ? ["wheel", "--wheel-dir"] : ["download", "--dest"]} "$hpckit_folder" ${target === undefined ? [] : targetArguments(target)} --disable-pip-version-check --no-input --progress-bar off "$@" 2>&1; }
        hpckit_first() { hpckit_install "$@"; }
        hpckit_record() { :; }
        hpckit_pip --version | sed 's/ from .*//' > "$hpckit_inputs/installer"
      `,
      renderInstall(env, inputs),
      sh`
        cd /
        rm -rf -- "$hpckit_inputs/wheels" "$hpckit_inputs/projects"
      `,
    ),
  );
