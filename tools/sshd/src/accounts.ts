import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** An ordinary account that exists only where this server looks. */
export const guest = { name: "hpckit-guest", id: 64_123 } as const;

/** One that owns a service: nobody can sign in to it. It exists where there are sudoers. */
export const service = { name: "hpckit-service", id: 64_124 } as const;

export interface AccountFiles {
  readonly user: string;
  readonly home: string;
  readonly loginShell: string;
  /** Lines of sudoers(5). */
  readonly sudoers?: readonly string[] | undefined;
}

/** Files that stand in place of those in /etc, where this server looks. */
export const accountFiles = (sudoers: readonly string[] | undefined): readonly string[] => ["passwd", "shadow", "group", ...(sudoers === undefined ? [] : ["sudoers"])];

/** Copies of passwd, shadow and group in which the account has the shell and home that are wanted. */
export async function writeAccountFiles(folder: string, { user, home, loginShell, sudoers }: AccountFiles): Promise<void> {
  const id = user === guest.name ? guest.id : 0;
  const accounts = [
    { name: user, id, home, loginShell },
    ...(sudoers === undefined ? [] : [{ ...service, home: join(folder, "service"), loginShell: "/usr/sbin/nologin" }]),
  ];
  const others = (await readFile("/etc/passwd", "utf8")).split("\n").filter((line) => line !== "" && !line.startsWith(`${user}:`));
  const groups = (await readFile("/etc/group", "utf8")).trimEnd();
  const file = (name: string, lines: readonly string[], mode: number): Promise<void> => writeFile(join(folder, name), `${lines.join("\n")}\n`, { mode });
  await file("passwd", [...others, ...accounts.map((each) => `${each.name}:x:${each.id}:${each.id}::${each.home}:${each.loginShell}`)], 0o644);
  // Without PAM sshd takes "!" for a locked account, and "*" for one that has no password.
  await file("shadow", [...accounts.map(({ name }) => name), "sshd"].map((name) => `${name}:*:19000:0:99999:7:::`), 0o600);
  await file("group", [groups, ...accounts.filter((each) => each.id !== 0).map(({ name, id: group }) => `${name}:x:${group}:`)], 0o644);
  if (sudoers !== undefined) await file("sudoers", sudoers, 0o440);
}
