/**
 * Names that sh, dash or bash read, set or refuse by themselves: the value would not arrive, or would end the script.
 * @see bash(1), Shell Variables; dash(1), Special Variables
 */
const keptByShells: ReadonlySet<string> = new Set([
  "_", "BASHOPTS", "BASHPID", "BASH_ALIASES", "BASH_ARGC", "BASH_ARGV", "BASH_ARGV0", "BASH_CMDS", "BASH_COMMAND", "BASH_LINENO",
  "BASH_REMATCH", "BASH_SOURCE", "BASH_SUBSHELL", "BASH_VERSINFO", "BASH_VERSION", "COMP_WORDBREAKS", "DIRSTACK", "EPOCHREALTIME",
  "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HISTCMD", "IFS", "LINENO", "OLDPWD", "OPTERR", "OPTIND", "PIPESTATUS", "POSIXLY_CORRECT", "PPID",
  "PS4", "PWD", "RANDOM", "SECONDS", "SHELLOPTS", "SHLVL", "SRANDOM", "UID",
]);

/** Why a variable cannot have this name, if it cannot. */
export function refusedName(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return "is no name of a variable: letters, digits and _, not beginning with a digit";
  if (keptByShells.has(name)) return "is a name that shells keep for themselves; choose another";
  if (/^hpckit_/i.test(name)) return "begins with hpckit_, which our scripts keep for themselves; choose another";
  return undefined;
}
