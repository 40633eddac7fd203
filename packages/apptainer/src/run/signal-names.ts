/** By number from 1 on, on Linux; those that end no process by themselves are left out. @see signal(7), x86 and ARM */
const ending = [
  "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
  undefined, undefined, undefined, undefined, undefined, undefined, undefined, "XCPU", "XFSZ", "VTALRM", "PROF", undefined, "IO", "PWR", "SYS",
] as const;

/** The signal that a shell means by a status: 128 and its number. */
export function signalOf(status: number): string | undefined {
  const name = ending[status - 129];
  return name === undefined ? undefined : `SIG${name}`;
}
