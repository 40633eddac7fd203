import { parseArgs } from "node:util";
import type { TestClusters } from "../../e2e/clusters.js";
import { runStages } from "./schedule.js";
import { addOutcomes, nothing, type Finding, type Outcome, type Stage } from "./stage.js";
import { createStages } from "./stages.js";

const { values } = parseArgs({
  options: { only: { type: "string" }, list: { type: "boolean", default: false }, lanes: { type: "string", default: "2" } },
});
let clusters: TestClusters | undefined;
const stages = createStages((up) => {
  clusters = up;
});

if (values.list) console.log(stages.map(({ name }) => name).join("\n"));
else process.exitCode = await test(chosen(stages, values.only));

/** Runs the stages, shows what came of them, and says how to exit. */
async function test(wanted: readonly Stage[]): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort());
  const begin = performance.now();
  const tested = await runStages(wanted, { lanes: lanesOf(values.lanes), signal: interrupted.signal, onStart: showStart, onEnd: showEnd });
  // A stage too, so that clusters which do not end are counted. An interruption does not keep them.
  const ended = await runStages([{ name: "clusters end", run: endClusters }], { lanes: 1, signal: new AbortController().signal });
  const { passed, failed, skipped } = addOutcomes([tested, ended]);
  show("failed", failed);
  show("skipped", skipped);
  console.log(`\n${((performance.now() - begin) / 1000).toFixed(0)} s`);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  const mustRunAll = process.env["CI"] === "true";
  return interrupted.signal.aborted ? 130 : failed.length > 0 || (mustRunAll && skipped.length > 0) ? 1 : 0;
}

async function endClusters(): Promise<Outcome> {
  await clusters?.[Symbol.asyncDispose]();
  return nothing;
}

function lanesOf(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new RangeError(`--lanes ${text}: a number from 1`);
  return Number(text);
}

function chosen(all: readonly Stage[], only: string | undefined): readonly Stage[] {
  if (only === undefined) return all;
  const names = only.split(",");
  // `e2e` stands for `e2e once`, `e2e 22.05` …
  const stands = (name: string, stage: Stage): boolean => stage.name === name || stage.name.startsWith(`${name} `);
  const unknown = names.find((name) => !all.some((stage) => stands(name, stage)));
  if (unknown !== undefined) throw new RangeError(`no stage "${unknown}": choose ${all.map(({ name }) => name).join(", ")}`);
  return all.filter((stage) => names.some((name) => stands(name, stage)));
}

function showStart({ name }: Stage): void {
  console.log(`… ${name}`);
}

function showEnd({ name }: Stage, { passed, failed, skipped }: Outcome, seconds: number): void {
  const mark = failed.length > 0 ? "✖" : skipped.length > 0 ? "○" : "✔";
  console.log(`${mark} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s  ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
}

function show(what: string, findings: readonly Finding[]): void {
  if (findings.length > 0) console.log(`\n${what}:`);
  for (const { title, text } of findings) console.log(`\n  ${title}\n${text.replaceAll(/^/gm, "    ")}`);
}
