import { lines, sh, type ShellExpression } from "@hpckit/core";
import type { ModulesPlan } from "./modules.js";

/** How the script ends where a module cannot be loaded. */
const failed = 64;

/**
 * Where sites define `module` for bash: first what their own login does, which also says where the module files are, then what an earlier
 * login has left in the environment, then the packages.
 */
const candidates: Readonly<Record<ModulesPlan["system"], ShellExpression>> = (() => {
  const lmod = sh`/etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh /etc/profile.d/00-modulepath.sh "\${LMOD_PKG:-/none}/init/bash" /usr/share/lmod/lmod/init/bash`;
  const tcl = sh`/etc/profile.d/modules.sh "\${MODULESHOME:-/none}/init/bash" /usr/share/modules/init/bash /usr/share/Modules/init/bash`;
  return { lmod, tcl, auto: sh`${lmod} ${tcl} "\${BASH_ENV:-/none}"` };
})();

/** The start-up files of sites were not written for `set -e`, and some declare variables, which a function would keep to itself. */
export const renderModules = (plan: ModulesPlan): ShellExpression =>
  lines(
    sh`
      set +e
      hpckit_module_failed() {
        printf 'hpckit: %s on %s; the command was not started\n' "$1" "$(uname -n)" >&2
        exit ${failed}
      }
    `,
    plan.init === undefined ? findInit(plan.system) : sh`. ${plan.init} || hpckit_module_failed ${`${plan.init}, which should define "module", failed`}`,
    sh`[ "$(type -t module)" = function ] || hpckit_module_failed 'there is no command "module" (give the file that defines it for bash as "init")'`,
    checkSystem(plan.system),
    isLoaded,
    ...plan.use.map((folder) => sh`module use ${folder} || hpckit_module_failed ${`module use ${folder} failed`}`),
    plan.purge ? sh`module purge || hpckit_module_failed 'module purge failed'` : undefined,
    ...plan.names.map((name) => sh`module load ${name} && hpckit_is_loaded ${name} || hpckit_module_failed ${`the module ${name} could not be loaded`}`),
    ...plan.names.map((name) => sh`hpckit_is_loaded ${name} || hpckit_module_failed ${`the module ${name} was taken out by another that was loaded after it`}`),
    sh`set -e`,
  );

const findInit = (system: ModulesPlan["system"]): ShellExpression => sh`
  if [ "$(type -t module)" != function ]; then
    for hpckit_init in ${candidates[system]}; do
      if [ -r "$hpckit_init" ]; then . "$hpckit_init"; fi
      if [ "$(type -t module)" = function ]; then break; fi
    done
    unset hpckit_init
  fi
`;

function checkSystem(system: ModulesPlan["system"]): ShellExpression | undefined {
  switch (system) {
    case "lmod":
      return sh`[ -n "\${LMOD_CMD:-}" ] || hpckit_module_failed '"module" is not of Lmod'`;
    case "tcl":
      return sh`[ -z "\${LMOD_CMD:-}" ] || hpckit_module_failed '"module" is not of Tcl modules'`;
    case "auto":
      return undefined;
  }
}

/**
 * An alias is loaded under another name, so the system is asked too; but first whether its answers mean anything: before Tcl modules 4 there is
 * no `is-loaded`, and the status is 0.
 */
const isLoaded = sh`
  hpckit_is_loaded() {
    case ":\${LOADEDMODULES-}:" in *":$1:"* | *":$1/"*) return 0 ;; esac
    ! module is-loaded hpckit-no-such-module 2>/dev/null && module is-loaded "$1" 2>/dev/null
  }
`;
