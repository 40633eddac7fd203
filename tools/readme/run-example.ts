import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../config/packages.js";

export interface ExampleRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Compiles and runs the program of a page, on the sources of the packages. It lies in the checkout, so that its imports are found. */
export async function runPageExample(code: string): Promise<ExampleRun> {
  const folder = await mkdtemp(join(repositoryRoot, "tools", "readme", ".example-"));
  try {
    const program = join(folder, "example.ts");
    await writeFile(program, code);
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../../tsconfig.base.json", include: ["example.ts"] }));
    await execa({ preferLocal: true, localDir: repositoryRoot })`tsc -p ${folder}`;
    const { exitCode, stdout, stderr } = await execa("node", ["--conditions=@hpckit/source", "--import=tsx", program], { cwd: repositoryRoot, reject: false });
    return { exitCode, stdout, stderr };
  } finally {
    await rm(folder, { recursive: true });
  }
}
