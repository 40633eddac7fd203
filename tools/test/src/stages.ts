import { MissingRequirementError } from "../../system/src/index.js";
import type { Series } from "../../cluster/src/index.js";
import { testedSeries, upTestClusters, type TestClusters } from "../../e2e/clusters.js";
import { singleTests } from "../../e2e/server-tests.js";
import { checkBuild, checkDocumentation, checkLint, checkTypes } from "./checks.js";
import { ensureMachine } from "./machine.js";
import { nothing, type Finding, type Outcome, type Stage } from "./stage.js";
import { runVitest } from "./tool.js";

/** All stages, in the order in which they begin where they could begin at once. */
export function createStages(onUp: (clusters: TestClusters) => void): readonly Stage[] {
  return [
    { name: "machine", run: ensureMachine },
    { name: "clusters", lanes: 0, run: async (signal) => upClusters(signal, onUp) },
    { name: "types", run: checkTypes },
    { name: "lint", run: checkLint },
    { name: "unit", needs: ["machine"], run: async (signal) => runVitest([], signal) },
    { name: "build", run: checkBuild },
    { name: "published", needs: ["build"], run: async (signal) => runVitest(["--config", "tools/packaging/vitest.config.ts"], signal) },
    { name: "docs", run: checkDocumentation },
    { name: "servers", needs: ["machine"], run: async (signal) => runVitest(["--config", "tools/e2e/servers.vitest.config.ts"], signal) },
    { name: "e2e once", needs: ["machine", "clusters"], run: async (signal) => runVitest([...onClusters, ...singleTests], signal) },
    ...testedSeries.map(seriesStage),
  ];
}

const onClusters = ["--config", "tools/e2e/vitest.config.ts"];

/**
 * The tests of one version, beside those of the others: they mostly wait, each for a cluster of its own. What measures or takes the
 * processors comes before, and so do tests that use several of the clusters.
 */
const seriesStage = (series: Series): Stage => ({
  name: `e2e ${series}`,
  needs: ["machine", "clusters", "unit", "servers", "e2e once"],
  lanes: 0,
  run: async (signal) => runVitest([...onClusters, ...singleTests.map((path) => `--exclude=${path.replace(/\/$/, "/**")}`)], signal, { HPCKIT_SERIES: series }),
});

async function upClusters(signal: AbortSignal, onUp: (clusters: TestClusters) => void): Promise<Outcome> {
  const clusters = await upTestClusters({ signal });
  onUp(clusters);
  const findings = [...clusters.failures].map(([series, error]): Finding & { readonly isMissing: boolean } => ({
    title: `a cluster of Slurm ${series}`,
    text: error instanceof Error ? error.message : String(error),
    isMissing: error instanceof MissingRequirementError,
  }));
  return {
    ...nothing,
    passed: testedSeries.length - findings.length,
    failed: findings.filter(({ isMissing }) => !isMissing),
    skipped: findings.filter(({ isMissing }) => isMissing),
  };
}
