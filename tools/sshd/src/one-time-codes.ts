import { chmod, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sh } from "@hpckit/core";

/**
 * PAM, for a server that sees `pam.d` of its folder in place of /etc/pam.d: what is typed is a code that works once. The other services stay
 * what they are, for sudo.
 */
export async function writeOneTimeCodes(folder: string, codes: readonly string[]): Promise<void> {
  const check = join(folder, "check-code");
  await cp("/etc/pam.d", join(folder, "pam.d"), { recursive: true });
  // pam_exec alone has nothing to say where credentials are set, and PAM takes that for a refusal.
  const always = ["auth", "account", "session"].map((kind) => `${kind} required pam_permit.so`);
  await writeFile(join(folder, "pam.d", "sshd"), `${[`auth requisite pam_exec.so expose_authtok quiet ${check}`, ...always].join("\n")}\n`);
  await writeFile(join(folder, "codes"), codes.map((code) => `${code}\n`).join(""), { mode: 0o600 });
  await writeFile(join(folder, "answered"), "", { mode: 0o600 });
  await writeFile(check, `#!/bin/sh\n${checkScript(folder)}`);
  await chmod(check, 0o755);
}

/** pam_exec gives what was typed on standard input, with a NUL behind it. A code that was right is used up. */
const checkScript = (folder: string): string => sh`
  code=$(tr -d '\0')
  printf '%s\n' "$code" >>${join(folder, "answered")}
  grep -Fxq -e "$code" ${join(folder, "codes")} || exit 1
  grep -Fxv -e "$code" ${join(folder, "codes")} >${join(folder, "codes.left")}
  mv ${join(folder, "codes.left")} ${join(folder, "codes")}
`.shell;

/** Every answer that has reached PAM, in order. */
export async function givenCodes(folder: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, "answered"), "utf8").catch(() => "");
  return text.split("\n").slice(0, -1);
}
