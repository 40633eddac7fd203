import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel, ExtractorMessageCategory, type ExtractorMessage } from "@microsoft/api-extractor";
import { entryPoints, packageFolder, readManifest } from "../config/packages.js";

/** The public interface of one entry point, as text under version control. */
export interface ApiReport {
  /** Inside the package's folder: `etc/core.api.md`, `etc/core-testing.api.md`. */
  readonly path: string;
  /** What the build declares now. */
  readonly text: string;
  /** What is written down; undefined before the first time. */
  readonly written: string | undefined;
}

/** Reads the declarations of a package that is built, with those of the packages it stands on. */
export async function readApiReports(name: string): Promise<readonly ApiReport[]> {
  const temporary = await mkdtemp(join(tmpdir(), "hpckit-api-"));
  try {
    const reports: ApiReport[] = [];
    for (const entry of entryPoints(readManifest(name))) {
      const fileName = `${entry === "index" ? name : `${name}-${entry}`}.api.md`;
      extract(name, entry, { temporary, fileName });
      const path = join("etc", fileName);
      const present = join(packageFolder(name), path);
      reports.push({
        path,
        text: await readFile(join(temporary, fileName), "utf8"),
        written: existsSync(present) ? await readFile(present, "utf8") : undefined,
      });
    }
    return reports;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Writes what the build declares; the paths that changed. */
export async function updateApiReports(name: string): Promise<readonly string[]> {
  const changed = (await readApiReports(name)).filter(({ text, written }) => text !== written);
  for (const { path, text } of changed) {
    const file = join(packageFolder(name), path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return changed.map(({ path }) => join("packages", name, path));
}

function extract(name: string, entry: string, { temporary, fileName }: { readonly temporary: string; readonly fileName: string }): void {
  const projectFolder = packageFolder(name);
  const declarations = join(projectFolder, "dist", `${entry}.d.ts`);
  const compilerOptions = { target: "es2023", lib: ["es2023", "esnext.disposable"], module: "nodenext", types: ["node"], strict: true, skipLibCheck: true };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, "package.json"),
    configObject: {
      projectFolder,
      mainEntryPointFilePath: declarations,
      compiler: { overrideTsconfig: { compilerOptions, files: [declarations] } },
      apiReport: { enabled: true, reportFolder: temporary, reportTempFolder: join(temporary, "new"), reportFileName: fileName },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
    },
  });
  const faults: string[] = [];
  const messageCallback = (message: ExtractorMessage): void => {
    // Release tags and documentation are typedoc's business; here only what cannot be read matters.
    if (message.category === ExtractorMessageCategory.Compiler && message.logLevel === ExtractorLogLevel.Error) faults.push(message.text);
    message.handled = true;
  };
  Extractor.invoke(config, { localBuild: true, messageCallback });
  if (faults.length > 0) throw new Error(`${name}/${entry}: ${faults.join("\n")}`);
}
