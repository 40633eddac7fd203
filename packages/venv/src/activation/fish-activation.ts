import { quoteFish } from "@hpckit/core";
import { variablesOf, type Activation } from "./activation.js";

/** In fish, variables whose names end in PATH are lists, and join with colons between double quotes. */
export function renderFishActivation(active: Activation): string {
  const variables = variablesOf(active);
  return [
    leaving,
    `function hpckit_activate
    functions --erase hpckit_activate
    set -l hpckit_folder (command readlink -f -- ${quoteFish(active.folder)})
    if test -z "$hpckit_folder"; or not test -x "$hpckit_folder/bin/python"
        printf 'hpckit: there is no Python environment at %s: build it, or correct the path\\n' ${quoteFish(active.folder)} >&2
        return 1
    end
    if set -q VIRTUAL_ENV; and not set -q HPCKIT_ACTIVE_NAMES; and functions -q deactivate
        deactivate
    end
    hpckit_leave
    function deactivate
        hpckit_leave
        functions --erase deactivate hpckit_leave hpckit_without
    end
    set -gx HPCKIT_ACTIVE_PATH "$hpckit_folder/bin" ${active.path.map(quoteFish).join(" ")}
    set -gx PATH $HPCKIT_ACTIVE_PATH $PATH`,
    ...(active.pythonPath.length === 0
      ? []
      : [`    set -gx HPCKIT_ACTIVE_PYTHONPATH ${active.pythonPath.map(quoteFish).join(" ")}\n    set -gx PYTHONPATH $HPCKIT_ACTIVE_PYTHONPATH $PYTHONPATH`]),
    `    set -gx HPCKIT_ACTIVE_NAMES ${quoteFish(variables.map(([name]) => name).join(" "))}`,
    ...variables.map(([name, value]) => renderSet(name, value)),
    "end",
    "hpckit_activate",
    "",
  ].join("\n");
}

const leaving = `function hpckit_without
    set -l rest (string replace -- ":$argv[2]:" : ":$argv[1]:" | string sub --start 2 --end -1)
    test -z "$rest"; or string split -- : $rest
end
function hpckit_leave
    if set -q HPCKIT_ACTIVE_PATH
        set -gx PATH (hpckit_without "$PATH" "$HPCKIT_ACTIVE_PATH")
    end
    if set -q HPCKIT_ACTIVE_PYTHONPATH
        set -gx PYTHONPATH (hpckit_without "$PYTHONPATH" "$HPCKIT_ACTIVE_PYTHONPATH")
        test (count $PYTHONPATH) -gt 0; or set -e PYTHONPATH
    end
    for name in (string split -n ' ' -- "$HPCKIT_ACTIVE_NAMES")
        set -l was HPCKIT_WAS_$name
        set -eg $name
        if set -q $was
            set -gx $name $$was
            set -eg $was
        end
    end
    set -eg HPCKIT_ACTIVE_PATH
    set -eg HPCKIT_ACTIVE_PYTHONPATH
    set -eg HPCKIT_ACTIVE_NAMES
end`;

const renderSet = (name: string, value: string | undefined): string => {
  const set = value === undefined ? `set -eg ${name}` : `set -gx ${name} ${name === "VIRTUAL_ENV" ? '"$hpckit_folder"' : quoteFish(value)}`;
  return `    set -q ${name}; and set -gx HPCKIT_WAS_${name} $${name}\n    ${set}`;
};
