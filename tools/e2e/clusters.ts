import { createHash } from "node:crypto";
import { repositoryRoot } from "../config/packages.js";
import { downCluster, listClusters, parseSeries, SERIES, upCluster, type Cluster, type Progress, type Series } from "../cluster/src/index.js";

/** The Slurm versions that tests run against; `HPCKIT_SERIES=newest,22.05` narrows them. */
export const testedSeries: readonly Series[] = process.env["HPCKIT_SERIES"]?.split(",").map(parseSeries) ?? SERIES;

/**
 * The clusters of the tests have names of this checkout, so that two checkouts do not share them;
 * `HPCKIT_TEST_CLUSTERS=mine` keeps two runs in one checkout apart.
 */
function testClusterName(series: Series): string {
  const owner = process.env["HPCKIT_TEST_CLUSTERS"] ?? createHash("sha256").update(repositoryRoot).digest("hex").slice(0, 6);
  return `e2e-${series.replace(".", "-")}-${owner}`;
}

/** The cluster of a version, in a test. The run's set-up brought it up. */
export async function testCluster(series: Series): Promise<Cluster> {
  const name = testClusterName(series);
  const cluster = (await listClusters()).find((one) => one.name === name);
  if (cluster === undefined) throw new Error(`the cluster ${name} is not up: was it ended while the tests ran?`);
  return cluster;
}

/** Clusters that a run of tests brought up; those that were up before it are left alone. */
export interface TestClusters extends AsyncDisposable {
  /** Why a version is missing. */
  readonly failures: ReadonlyMap<Series, unknown>;
}

/** Brings up the cluster of every tested version, all at once. */
export async function upTestClusters(options: {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: Progress) => void;
}): Promise<TestClusters> {
  const before = new Set((await listClusters()).map(({ name }) => name));
  const started: string[] = [];
  const failures = new Map<Series, unknown>();
  const up = async (series: Series): Promise<void> => {
    const name = testClusterName(series);
    try {
      await upCluster(series, { name, ...(options.signal && { signal: options.signal }), ...(options.onProgress && { onProgress: options.onProgress }) });
      if (!before.has(name)) started.push(name);
    } catch (error) {
      failures.set(series, error);
    }
  };
  await Promise.all(testedSeries.map(up));
  return {
    failures,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map(downCluster));
    },
  };
}
