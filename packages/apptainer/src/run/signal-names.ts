const ordered = ["HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM"] as const;

/** The signal that a shell means by a status: 128 and its number on Linux. @see signal(7), x86 and ARM */
export function signalOf(status: number): string | undefined {
  const name = ordered[status - 129];
  return name === undefined ? undefined : `SIG${name}`;
}
