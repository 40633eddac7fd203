export interface SshdConfigInput {
  readonly port: number;
  /** OpenSSH from 9.8; older ones refuse the option. */
  readonly hasPenalties: boolean;
}

/** sshd_config(5) of the login node: keys only, on the loopback address. */
export function renderSshdConfig({ port, hasPenalties }: SshdConfigInput): string {
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    "HostKey /etc/ssh/ssh_host_ed25519_key",
    "PidFile /run/sshd.pid",
    "AuthorizedKeysFile /etc/ssh/authorized_keys/%u",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin no",
    "UsePAM no",
    "UseDNS no",
    "PrintMotd no",
    "AcceptEnv LANG LC_*",
    "Subsystem sftp /usr/lib/openssh/sftp-server",
    // Tests open many connections at once; MaxSessions stays at the default that sites have.
    "MaxStartups 200",
  ];
  // A test that signs in wrongly would lock out all others, which come from the same address.
  if (hasPenalties) lines.push("PerSourcePenalties no");
  return `${lines.join("\n")}\n`;
}
