import { packageNames, repositoryRoot, scope } from "../../config/packages.js";
import { nothing, outcomeOf, type Outcome } from "./stage.js";
import { runTool } from "./tool.js";

/** What types and lint are counted by: each package, and the rest of the repository by its folders. */
const areas = [...packageNames.map((name) => `packages/${name}`), "tools", "docs/examples", "configuration"];

function areaOf(path: string): string {
  return areas.find((area) => path.startsWith(`${area}/`)) ?? "configuration";
}

export async function checkTypes(signal: AbortSignal): Promise<Outcome> {
  const run = await runTool("tsc", ["-p", "tsconfig.json", "--pretty", "false"], signal);
  const faults = readTypeErrors(run.stdout);
  return run.ok || faults.size > 0 ? outcomeOf(areas, faults) : whole("tsc", run.output);
}

/** Errors by area. A line that is indented continues the error above it. */
export function readTypeErrors(stdout: string): ReadonlyMap<string, string> {
  const faults = new Map<string, string>();
  let area = "configuration";
  for (const line of stdout.split("\n").filter((one) => one !== "")) {
    const path = /^(\S.*?)\(\d+,\d+\): error /.exec(line)?.[1];
    if (path !== undefined) area = areaOf(path);
    faults.set(area, [faults.get(area), line].filter(Boolean).join("\n"));
  }
  return faults;
}

interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string; readonly line?: number }[];
}

export async function checkLint(signal: AbortSignal): Promise<Outcome> {
  const run = await runTool("eslint", [".", "--format", "json", "--max-warnings", "0"], signal);
  const results = parseResults(run.stdout);
  if (results === undefined) return whole("eslint", run.output);
  const faults = new Map<string, string>();
  for (const { filePath, messages } of results) {
    const path = filePath.slice(repositoryRoot.length + 1);
    const found = messages.map(({ ruleId, message, line }) => `${path}:${line ?? 1} ${message} (${ruleId ?? "syntax"})`);
    if (found.length > 0) faults.set(areaOf(path), [faults.get(areaOf(path)), ...found].filter(Boolean).join("\n"));
  }
  return run.ok || faults.size > 0 ? outcomeOf(areas, faults) : whole("eslint", run.output);
}

/** Nx may print a line of its own before the results. */
function parseResults(stdout: string): readonly LintResult[] | undefined {
  const json = stdout.split("\n").find((line) => line.startsWith("[{"));
  return json === undefined ? undefined : (JSON.parse(json) as readonly LintResult[]);
}

export async function checkBuild(signal: AbortSignal): Promise<Outcome> {
  const run = await runTool("nx", ["run-many", "-t", "build", "--output-style=static"], signal);
  const broken = packageNames.filter((name) => new RegExp(`[✖×-]\\s+nx run ${scope}${name}:build|^- ${scope}${name}:build`, "m").test(run.output));
  if (!run.ok && broken.length === 0) return whole("nx", run.output);
  return outcomeOf(packageNames, new Map(run.ok ? [] : broken.map((name) => [name, run.output.slice(-4000)])));
}

export async function checkDocumentation(signal: AbortSignal): Promise<Outcome> {
  const run = await runTool("typedoc", [], signal);
  return run.ok ? outcomeOf(packageNames, new Map()) : whole("typedoc", run.output);
}

/** A tool that could not do its work at all. */
function whole(title: string, output: string): Outcome {
  return { ...nothing, failed: [{ title, text: output.slice(-4000) }] };
}
