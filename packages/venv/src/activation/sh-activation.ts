import { lines, raw, sh, type ShellExpression } from "@hpckit/core";
import { variablesOf, type Activation } from "./activation.js";

/** What was active is left first, so that sourcing twice changes nothing, and a link that was switched is followed. */
export function renderShActivation(active: Activation): ShellExpression {
  const names = variablesOf(active).map(([name]) => name);
  return lines(
    findFolder(active.folder),
    leaving,
    sh`
      hpckit_leave
      HPCKIT_ACTIVE_PATH=$hpckit_folder/bin${raw(active.path.map((folder) => `:${sh`${folder}`.shell}`).join(""))}
      PATH=$HPCKIT_ACTIVE_PATH\${PATH:+:$PATH}
      export HPCKIT_ACTIVE_PATH PATH
    `,
    active.pythonPath.length === 0
      ? undefined
      : sh`
          HPCKIT_ACTIVE_PYTHONPATH=${active.pythonPath.join(":")}
          PYTHONPATH=$HPCKIT_ACTIVE_PYTHONPATH\${PYTHONPATH:+:$PYTHONPATH}
          export HPCKIT_ACTIVE_PYTHONPATH PYTHONPATH
        `,
    sh`
      HPCKIT_ACTIVE_NAMES=${names.join(" ")}
      export HPCKIT_ACTIVE_NAMES
    `,
    ...variablesOf(active).map(([name, value]) => renderSet(raw(name), value)),
    raw("unset hpckit_folder"),
  );
}

const findFolder = (folder: string): ShellExpression => sh`
  hpckit_folder=$(command readlink -f -- ${folder}) || hpckit_folder=
  if [ -z "$hpckit_folder" ] || [ ! -x "$hpckit_folder/bin/python" ]; then
    printf 'hpckit: there is no Python environment at %s: build it, or correct the path\n' ${folder} >&2
    unset hpckit_folder
    return 1 2>/dev/null || exit 1
  fi
  if [ -z "\${HPCKIT_ACTIVE_NAMES-}" ] && [ -n "\${VIRTUAL_ENV-}" ] && [ "$(command -v deactivate)" = deactivate ]; then deactivate; fi
`;

/** The braces around names are for zsh, which reads `$1:h` as something else; the loop, because zsh divides no variable at its blanks. */
const leaving = sh`
  hpckit_without() {
    hpckit_list=:\${1}:
    case $hpckit_list in *":\${2}:"*) hpckit_list=\${hpckit_list%%":\${2}:"*}:\${hpckit_list#*":\${2}:"} ;; esac
    hpckit_list=\${hpckit_list#:}
    hpckit_list=\${hpckit_list%:}
  }
  hpckit_leave() {
    if [ -n "\${HPCKIT_ACTIVE_PATH-}" ]; then
      hpckit_without "\${PATH-}" "$HPCKIT_ACTIVE_PATH"
      PATH=$hpckit_list
    fi
    if [ -n "\${HPCKIT_ACTIVE_PYTHONPATH-}" ]; then
      hpckit_without "\${PYTHONPATH-}" "$HPCKIT_ACTIVE_PYTHONPATH"
      if [ -n "$hpckit_list" ]; then PYTHONPATH=$hpckit_list; else unset PYTHONPATH; fi
    fi
    hpckit_names=\${HPCKIT_ACTIVE_NAMES-}
    while [ -n "$hpckit_names" ]; do
      hpckit_name=\${hpckit_names%% *}
      hpckit_names=\${hpckit_names#"$hpckit_name"}
      hpckit_names=\${hpckit_names# }
      unset "$hpckit_name"
      if eval '[ -n "\${HPCKIT_WAS_'"$hpckit_name"'+set}" ]'; then
        eval "$hpckit_name="'$HPCKIT_WAS_'"$hpckit_name"
        export "$hpckit_name"
        unset "HPCKIT_WAS_$hpckit_name"
      fi
    done
    unset HPCKIT_ACTIVE_PATH HPCKIT_ACTIVE_PYTHONPATH HPCKIT_ACTIVE_NAMES hpckit_list hpckit_name hpckit_names
  }
  deactivate() {
    hpckit_leave
    unset -f deactivate hpckit_leave hpckit_without
  }
`;

const renderSet = (name: ShellExpression, value: string | undefined): ShellExpression =>
  lines(
    sh`if [ -n "\${${name}+set}" ]; then HPCKIT_WAS_${name}=$${name}; export HPCKIT_WAS_${name}; fi`,
    value === undefined ? sh`unset ${name}` : sh`${name}=${name.shell === "VIRTUAL_ENV" ? raw("$hpckit_folder") : value}`,
    value === undefined ? undefined : sh`export ${name}`,
  );
