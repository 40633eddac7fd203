import { quoteCsh, raw, sh, type ShellExpression } from "@hpckit/core";
import { variablesOf, type Activation } from "./activation.js";

/** csh has no functions: what undoes the activation is an alias, in one line, of what is known here. */
export function renderCshActivation(active: Activation): string {
  const variables = variablesOf(active);
  return [
    asked("set hpckit_folder = ", sh`readlink -f -- ${active.folder}`),
    'if ( "$hpckit_folder" != "" && -x "$hpckit_folder/bin/python" ) then',
    leaveAny,
    `setenv HPCKIT_ACTIVE_PATH "$hpckit_folder/bin"${active.path.map((folder) => `:${quoteCsh(folder)}`).join("")}`,
    'setenv PATH "$HPCKIT_ACTIVE_PATH":"$PATH"',
    ...(active.pythonPath.length === 0 ? [] : [renderPythonPath(active.pythonPath)]),
    `setenv HPCKIT_ACTIVE_NAMES ${quoteCsh(variables.map(([name]) => name).join(" "))}`,
    ...variables.map(([name, value]) => renderSet(name, value)),
    `alias deactivate ${quoteCsh(renderLeave(active))}`,
    "else",
    "unset hpckit_folder",
    `/bin/sh -c ${quoteCsh(complaint)} sh ${quoteCsh(active.folder)}`,
    "endif",
    // What a file ends with when it is sourced is the status of its last command, and "endif" is none.
    'eval "unset hpckit_folder; test $?hpckit_folder = 1"',
    "",
  ].join("\n");
}

const complaint = `printf 'hpckit: there is no Python environment at %s: build it, or correct the path\\n' "$1" >&2`;

/** Sets a variable to what a script of sh prints. csh would read text between backticks again after it has put values in. */
const asked = (assign: string, script: ShellExpression): string => `setenv HPCKIT_SCRIPT ${quoteCsh(script.shell)}; ${assign}"\`printenv HPCKIT_SCRIPT | /bin/sh\`"; unsetenv HPCKIT_SCRIPT`;

/** Prints a list without the part that was put before it: what csh cannot do by itself. */
const without = (name: ShellExpression): ShellExpression => sh`
  hpckit_list=":$${name}:"
  case $hpckit_list in *":$HPCKIT_ACTIVE_${name}:"*) hpckit_list=\${hpckit_list%%":$HPCKIT_ACTIVE_${name}:"*}:\${hpckit_list#*":$HPCKIT_ACTIVE_${name}:"} ;; esac
  hpckit_list=\${hpckit_list#:}
  printf '%s\n' "\${hpckit_list%:}"
`;

const restoreList = (name: "PATH" | "PYTHONPATH"): string => asked(`setenv ${name} `, without(raw(name)));

/** A variable of csh in a one-line \`if\` is expanded even where the condition does not hold, and must be set: hence the blocks. */
const leaveAny = [
  "if ( $?HPCKIT_ACTIVE_PATH ) then",
  restoreList("PATH"),
  "unsetenv HPCKIT_ACTIVE_PATH",
  "endif",
  "if ( $?HPCKIT_ACTIVE_PYTHONPATH ) then",
  "if ( ! $?PYTHONPATH ) setenv PYTHONPATH",
  restoreList("PYTHONPATH"),
  'if ( "$PYTHONPATH" == "" ) unsetenv PYTHONPATH',
  "unsetenv HPCKIT_ACTIVE_PYTHONPATH",
  "endif",
  "if ( $?HPCKIT_ACTIVE_NAMES ) then",
  "foreach hpckit_name ( $HPCKIT_ACTIVE_NAMES )",
  "eval 'test $?HPCKIT_WAS_'$hpckit_name' = 1 && setenv '$hpckit_name' $HPCKIT_WAS_'$hpckit_name':q || unsetenv '$hpckit_name",
  "unsetenv HPCKIT_WAS_$hpckit_name",
  "end",
  "unset hpckit_name",
  "unsetenv HPCKIT_ACTIVE_NAMES",
  "endif",
].join("\n");

const restoreVariable = (name: string): string => `test $?HPCKIT_WAS_${name} = 1 && setenv ${name} $HPCKIT_WAS_${name}:q || unsetenv ${name}; unsetenv HPCKIT_WAS_${name}`;

const renderLeave = (active: Activation): string =>
  [
    restoreList("PATH"),
    ...(active.pythonPath.length === 0 ? [] : [restoreList("PYTHONPATH"), 'test "$PYTHONPATH" = "" && unsetenv PYTHONPATH']),
    ...variablesOf(active).map(([name]) => restoreVariable(name)),
    "unsetenv HPCKIT_ACTIVE_PATH HPCKIT_ACTIVE_PYTHONPATH HPCKIT_ACTIVE_NAMES",
    "unalias deactivate",
  ].join("; ");

const renderPythonPath = (folders: readonly string[]): string =>
  [
    `setenv HPCKIT_ACTIVE_PYTHONPATH ${quoteCsh(folders.join(":"))}`,
    "if ( ! $?PYTHONPATH ) setenv PYTHONPATH",
    'if ( "$PYTHONPATH" == "" ) then',
    "setenv PYTHONPATH $HPCKIT_ACTIVE_PYTHONPATH:q",
    "else",
    'setenv PYTHONPATH "$HPCKIT_ACTIVE_PYTHONPATH":"$PYTHONPATH"',
    "endif",
  ].join("\n");

const renderSet = (name: string, value: string | undefined): string =>
  [
    `if ( $?${name} ) then`,
    `setenv HPCKIT_WAS_${name} $${name}:q`,
    "endif",
    value === undefined ? `unsetenv ${name}` : `setenv ${name} ${name === "VIRTUAL_ENV" ? "$hpckit_folder:q" : quoteCsh(value)}`,
  ].join("\n");
