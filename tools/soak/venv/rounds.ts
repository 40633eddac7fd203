import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { ensurePythonEnv, listEnvironments, pythonEnv, type EnsuredPythonEnv, type PythonEnv } from "@hpckit/venv";
import { repositoryRoot } from "../../config/packages.js";
import { randomFrom } from "../transport/random-from.js";
import { killBuilder, type Killing } from "./kill-builder.js";

export const killings: readonly Killing[] = ["nothing", "the shell", "pip", "the group"];

export interface RoundOptions {
  readonly rounds: number;
  /** So many ask at once. */
  readonly askers: number;
  readonly seed: number;
}

export interface BuildReport {
  readonly asked: number;
  readonly killed: ReadonlyMap<Killing, number>;
  readonly environments: number;
  /** Builds that began, whatever became of them. */
  readonly builds: number;
  readonly builtTwice: number;
  readonly uploads: number;
  readonly failures: readonly string[];
  readonly broken: readonly string[];
  readonly left: readonly string[];
  readonly longestQuietMs: number;
}

/** A build takes about so long; a kill comes at any time of it. */
const longestLifeMs = 6000;

export async function buildThroughKills({ rounds, askers, seed }: RoundOptions): Promise<BuildReport> {
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), "hpckit soak, it's "));
  const killed = new Map<Killing, number>();
  const report = { environments: 0, builds: 0, builtTwice: 0, uploads: 0, longestQuietMs: 0, failures: [] as string[], broken: [] as string[], left: [] as string[] };
  await using local = await connectLocal();
  const on: Transport = { ...local, upload: async (...given) => (report.uploads++, local.upload(...given)) };
  try {
    for (let round = 0; round < rounds; round++) {
      const leftBefore = report.left.length;
      const what = killings[round % killings.length] ?? "nothing";
      const env = environmentOf(join(folder, String(round)));
      const asking = Promise.all(Array.from({ length: askers }, () => ask(env, on)));
      await delay(random() * longestLifeMs);
      const isKilled = what !== "nothing" && (await killSoon(env.root, what, asking));
      killed.set(isKilled ? what : "nothing", (killed.get(isKilled ? what : "nothing") ?? 0) + 1);
      const results = await asking;
      judge(report, results, isKilled);
      report.environments++;
      await look(report, env, local);
      console.error(`  ${round + 1} of ${rounds}: ${isKilled ? what : "nothing"}${report.left.length > leftBefore ? ", and something was left" : ""}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { ...report, asked: rounds * askers, killed };
}

/** Not every moment has a pip. @returns false if the build was quicker. */
async function killSoon(root: string, what: Killing, asking: Promise<unknown>): Promise<boolean> {
  const over = asking.then(() => true);
  for (;;) {
    if (killBuilder(root, what)) return true;
    if (await Promise.race([over, delay(50, false)])) return false;
  }
}

function environmentOf(root: string): PythonEnv {
  mkdirSync(root);
  const wheels = join(repositoryRoot, "docs/examples/daily-processing/wheels");
  return pythonEnv({ root, requirements: { text: "svg.py==1.10.0\n" }, wheels, index: "http://127.0.0.1:9/simple", installer: "pip", verify: ["svg"] });
}

interface Answer {
  readonly built: EnsuredPythonEnv | undefined;
  readonly error: unknown;
  readonly began: boolean;
  readonly tookMs: number;
}

async function ask(env: PythonEnv, on: Transport): Promise<Answer> {
  const since = performance.now();
  let began = false;
  const counting: Transport = { ...on, writeFile: async (...given) => ((began = true), on.writeFile(...given)) };
  const ended = (built: EnsuredPythonEnv | undefined, error: unknown): Answer => ({ built, error, began, tookMs: performance.now() - since });
  return ensurePythonEnv(env, counting).then((built) => ended(built, undefined), (error: unknown) => ended(undefined, error));
}

type Tally = { -readonly [Key in keyof Omit<BuildReport, "asked" | "killed" | "failures" | "broken" | "left">]: BuildReport[Key] } & { readonly failures: string[]; readonly broken: string[]; readonly left: string[] };

/** The one that was killed fails; nobody else does, and all others have the same. */
function judge(report: Tally, results: readonly Answer[], isKilled: boolean): void {
  report.builds += results.filter(({ began }) => began).length;
  const failed = results.filter(({ built }) => built === undefined);
  report.failures.push(...failed.slice(isKilled ? 1 : 0).map(({ error }) => String(error)));
  report.builtTwice += Math.max(0, results.filter(({ built }) => built !== undefined && built.outcome !== "found").length - 1);
  if (!isKilled) report.longestQuietMs = Math.max(report.longestQuietMs, ...results.map(({ tookMs }) => tookMs));
  const folders = new Set(results.flatMap(({ built }) => (built === undefined ? [] : [built.folder])));
  if (folders.size > 1) report.broken.push(`several were handed out: ${[...folders].join(", ")}`);
}

async function look(report: Tally, env: PythonEnv, local: Transport): Promise<void> {
  const again = await ensurePythonEnv(env, local);
  const used = await local.exec([`${again.folder}/bin/python`, "-c", "import svg, sys; print(svg.__file__.startswith(sys.prefix))"]);
  const checked = await local.exec([`${again.folder}/bin/python`, "-m", "pip", "check"]);
  if (again.outcome !== "found" || used.stdout !== "True\n" || !checked.ok) report.broken.push(`${again.folder}: ${again.outcome} ${used.stdout} ${used.stderr} ${checked.stdout}`);
  const { environments } = await listEnvironments(local, env.root);
  if (environments.filter(({ state }) => state === "published").length !== 1) report.broken.push(`${environments.length} under ${env.root}`);
  const left = readdirSync(env.root).filter((name) => !/^[0-9a-f]{16}$/.test(name) && !again.folder.endsWith(`/${name}`));
  report.left.push(...left.map((name) => `${name}: ${readdirSync(join(env.root, name), { recursive: true }).slice(0, 5).join(" ")}`));
}
