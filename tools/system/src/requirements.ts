import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** What a machine lacks, each with the step that would mend it. */
export class MissingRequirementError extends Error {
  override readonly name = "MissingRequirementError";
  readonly missing: readonly string[];

  constructor(purpose: string, missing: readonly string[]) {
    super(`${purpose} cannot run here:\n${missing.map((line) => `  - ${line}`).join("\n")}`);
    this.missing = missing;
  }
}

/** Looks for a program as a shell would, and in the two folders that ordinary users' PATH leaves out. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  for (const folder of folders) {
    if (folder === "") continue;
    const path = join(folder, name);
    if (await access(path, constants.X_OK).then(() => true, () => false)) return path;
  }
  return undefined;
}
