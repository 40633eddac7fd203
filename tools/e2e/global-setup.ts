import { upTestClusters } from "./clusters.js";

/** Set-up of the tests on real clusters: whoever starts them, the clusters are there, and gone afterwards. */
export default async function setUp(): Promise<() => Promise<void>> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  // Vitest ends itself on Ctrl-C without the teardown.
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  const clusters = await upTestClusters({
    signal: interrupted.signal,
    onProgress: (progress) => console.log(`${progress.cluster}: ${progress.step}`),
  });
  const down = async (): Promise<void> => clusters[Symbol.asyncDispose]();
  if (clusters.failures.size > 0) {
    await down();
    throw new AggregateError([...clusters.failures.values()], `no cluster of Slurm ${[...clusters.failures.keys()].join(", ")}`);
  }
  interrupted.signal.addEventListener("abort", () => void down().finally(() => process.exit(130)));
  return down;
}
