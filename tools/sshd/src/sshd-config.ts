export interface SshdConfigInput {
  readonly port: number;
  /** Folder that holds everything of this server. */
  readonly folder: string;
  readonly maxSessions: number;
  /** OpenSSH from 9.8 shuts out addresses that fail often, which is what tests do; older ones refuse the option. */
  readonly hasPenalties: boolean;
  /** Ask through PAM, by its service `sshd`. */
  readonly usesPam: boolean;
  /** Further lines of sshd_config(5). */
  readonly extra: readonly string[];
}

/** sshd_config(5): keys, and codes where there are any, on the loopback address, nothing outside of its folder. */
export function renderSshdConfig({ port, folder, maxSessions, hasPenalties, usesPam, extra }: SshdConfigInput): string {
  const lines = [
    // Of two values sshd takes the first, of this setting the last.
    "MaxStartups 100",
    ...extra,
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${folder}/host_ed25519`,
    `HostKey ${folder}/host_ecdsa`,
    "PidFile none",
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    // The folder stands below a temporary one that all may write to.
    "StrictModes no",
    "PasswordAuthentication no",
    `KbdInteractiveAuthentication ${usesPam ? "yes" : "no"}`,
    "PermitRootLogin prohibit-password",
    `UsePAM ${usesPam ? "yes" : "no"}`,
    "UseDNS no",
    "PrintMotd no",
    `MaxSessions ${maxSessions}`,
    ...(hasPenalties ? ["PerSourcePenalties no"] : []),
  ];
  return `${lines.join("\n")}\n`;
}
