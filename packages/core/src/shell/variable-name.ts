/** @throws RangeError if a shell could read the name as anything but the name of a variable. */
export function variableName(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new RangeError(`not a name of a variable: ${JSON.stringify(name)}`);
  return name;
}

const keptByShells: ReadonlySet<string> = new Set([
  "_", "BASHOPTS", "BASHPID", "BASH_ALIASES", "BASH_ARGC", "BASH_ARGV", "BASH_ARGV0", "BASH_CMDS", "BASH_COMMAND", "BASH_LINENO",
  "BASH_REMATCH", "BASH_SOURCE", "BASH_SUBSHELL", "BASH_VERSINFO", "BASH_VERSION", "COMP_WORDBREAKS", "DIRSTACK", "EPOCHREALTIME",
  "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HISTCMD", "IFS", "LINENO", "OLDPWD", "OPTERR", "OPTIND", "PIPESTATUS", "POSIXLY_CORRECT", "PPID",
  "PS4", "PWD", "RANDOM", "SECONDS", "SHELLOPTS", "SHLVL", "SRANDOM", "UID",
]);

/**
 * Whether sh, dash or bash read, set or refuse a variable of this name by themselves: a value would not arrive, or would
 * end the script.
 * @see bash(1), Shell Variables; dash(1), Special Variables
 */
export const isKeptByShells = (name: string): boolean => keptByShells.has(name);

/** Why a launch cannot set a variable of this name, if it cannot. */
export function refusedVariable(name: string): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) return "is no name of a variable: letters, digits and _, not beginning with a digit";
  if (isKeptByShells(name)) return "is a name that shells keep for themselves; choose another";
  if (/^hpckit_/i.test(name)) return "begins with hpckit_, which our scripts keep for themselves; choose another";
  return undefined;
}
