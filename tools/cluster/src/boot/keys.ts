import { copyFile, chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PEOPLE } from "../people.js";
import { enterChecked } from "./enter.js";

const MAKE_KEYS = `set -eu
umask 077
mkdir -p /run/keys
ssh-keygen -q -t ed25519 -N '' -C login -f /etc/ssh/ssh_host_ed25519_key
install -d -m 0755 /etc/ssh/authorized_keys
for user in "$@"; do
  ssh-keygen -q -t ed25519 -N '' -C "$user" -f "/run/keys/$user"
  install -m 0644 "/run/keys/$user.pub" "/etc/ssh/authorized_keys/$user"
done
head -c 1024 /dev/urandom > /etc/munge/munge.key
chown munge:munge /etc/munge /etc/munge/munge.key
chmod 0400 /etc/munge/munge.key
# slurmrestd asks the controller for everything: only Slurm itself reads the key.
head -c 32 /dev/urandom > /etc/slurm/jwt_hs256.key
chown slurm:slurm /etc/slurm/jwt_hs256.key
`;

/** Who may sign in, with the path of a private key for each. */
export function keyPath(folder: string, user: string): string {
  return join(folder, "keys", user);
}

export function knownHostsPath(folder: string): string {
  return join(folder, "known_hosts");
}

/** Makes all keys of a cluster inside it, and copies out those that a client needs. */
export async function makeKeys(pid: number, folder: string, sshPort: number, signal?: AbortSignal): Promise<void> {
  const users = PEOPLE.filter((person) => person.signsIn).map((person) => person.user);
  await enterChecked(pid, ["sh", "-c", MAKE_KEYS, "sh", ...users], signal ? { signal } : {});
  await mkdir(join(folder, "keys"), { recursive: true, mode: 0o700 });
  const inside = `/proc/${pid}/root`;
  for (const user of users) {
    await copyFile(`${inside}/run/keys/${user}`, keyPath(folder, user));
    await chmod(keyPath(folder, user), 0o600);
  }
  const hostKey = await enterChecked(pid, ["cat", "/etc/ssh/ssh_host_ed25519_key.pub"]);
  const [type, key] = hostKey.split(" ");
  await writeFile(knownHostsPath(folder), `[127.0.0.1]:${sshPort} ${type ?? ""} ${key ?? ""}\n`);
  await enterChecked(pid, ["rm", "-r", "/run/keys"]);
}
