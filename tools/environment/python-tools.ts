import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ensureDebianPackages } from "../system/src/index.js";

/** Programs and modules of PyPI in a folder of their own. */
export interface PythonTools extends AsyncDisposable {
  /** Holds `bin/` with `python` and the programs; also a place for a test's own files. */
  readonly folder: string;
}

/** Installs packages of PyPI, e.g. `supervisor==4.3.0`, where nothing of them stays. As root, Python itself is installed too. */
export async function installPythonTools(packages: readonly string[]): Promise<PythonTools> {
  if (process.getuid?.() === 0) await ensureDebianPackages(["python3", "python3-venv"]);
  const folder = await mkdtemp(join(tmpdir(), "hpckit-python-"));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    await execa("python3", ["-m", "venv", folder]);
    await execa(join(folder, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", ...packages]);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { folder, [Symbol.asyncDispose]: dispose };
}
