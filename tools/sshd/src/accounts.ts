import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** An ordinary account that exists only where this server looks. */
export const guest = { name: "hpckit-guest", id: 64_123 } as const;

export interface AccountFiles {
  readonly user: string;
  readonly home: string;
  readonly loginShell: string;
}

/** Copies of passwd, shadow and group in which the account has the shell and home that are wanted. */
export async function writeAccountFiles(folder: string, { user, home, loginShell }: AccountFiles): Promise<void> {
  const others = (await readFile("/etc/passwd", "utf8")).split("\n").filter((line) => line !== "" && !line.startsWith(`${user}:`));
  const id = user === guest.name ? guest.id : 0;
  const groups = await readFile("/etc/group", "utf8");
  await writeFile(join(folder, "passwd"), [...others, `${user}:x:${id}:${id}::${home}:${loginShell}`, ""].join("\n"));
  // Without PAM sshd takes "!" for a locked account, and "*" for one that has no password.
  await writeFile(join(folder, "shadow"), `${user}:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n`, { mode: 0o600 });
  await writeFile(join(folder, "group"), id === 0 ? groups : `${groups.trimEnd()}\n${guest.name}:x:${id}:\n`);
}
