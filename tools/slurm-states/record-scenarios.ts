import type { Recording, Recordings } from "../../packages/slurm-client/src/fixtures/recordings.js";
import { parseQueue } from "../../packages/slurm-client/src/queue/parse-queue.js";
import { recordEnd } from "../../packages/slurm-client/src/state/fixtures/record-end.js";
import type { Cluster } from "../cluster/src/index.js";
import { askAccounting, askJson, askQueue } from "./recorder.js";
import type { Scenario } from "./scenario.js";
import { scenarios } from "./scenarios/index.js";
import { furnish } from "./site.js";
import { openStage, until, type Stage } from "./stage.js";

const series = ["22.05", "24.11", "newest"];

interface Shown {
  readonly id: string;
  readonly recordings: readonly Recording[];
}

/** Brings about what can be, one after the other, and records it. What did not show in time is told and left out. */
export async function recordScenarios(cluster: Cluster, { only, onProgress }: { readonly only: RegExp | undefined; readonly onProgress: (line: string) => void }): Promise<Recordings> {
  await furnish(cluster);
  const stage = openStage(cluster);
  const jobs: Record<string, string> = {};
  const recordings: Recording[] = [];
  for (const scenario of scenarios) {
    if (only?.test(scenario.name) === false || series.indexOf(cluster.series) < series.indexOf(scenario.since ?? "22.05")) continue;
    const shown = await play(stage, scenario).catch((error: unknown) => String(error));
    if (typeof shown === "string") onProgress(`${scenario.name}: NOT SHOWN: ${shown}`);
    else {
      jobs[scenario.name] = shown.id;
      recordings.push(...shown.recordings);
      onProgress(`${scenario.name}: ${statesOf(shown.recordings[0])}`);
    }
  }
  return { version: cluster.slurmVersion, jobs, recordings };
}

async function play(stage: Stage, scenario: Scenario): Promise<Shown> {
  const { name, shows, within = 15 } = scenario;
  const { cluster } = stage;
  try {
    const id = await scenario.bring(stage);
    const [first, second] = scenario.in === "accounting" ? [askAccounting, askQueue] : [askQueue, askAccounting];
    const seen = new Set<string>();
    const isShown = (answer: Recording): boolean => {
      const states = statesOf(answer);
      seen.add(states);
      return shows.test(states);
    };
    const recording = await until(() => first(cluster, name, id), isShown, within);
    if (recording === undefined) throw new Error(`job ${id} was ${[...seen].join(", then ")}`);
    return { id, recordings: [recording, await askJson(cluster, name, id), await second(cluster, name, id)] };
  } finally {
    try {
      await stage.root("scancel --user=alice; scancel --user=bob");
    } finally {
      await scenario.undo?.(stage);
    }
  }
}

/** `STATE reason` of each row. */
function statesOf(recording: Recording | undefined): string {
  if (recording?.argv[0] !== "squeue") return recording?.stdout.replaceAll("\x1f", " ") ?? "";
  return parseQueue(recording.stdout, recordEnd).map(({ state, reason = "None" }) => `${state.raw} ${reason}`).join("; ");
}
