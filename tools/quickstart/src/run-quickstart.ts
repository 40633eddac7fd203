import { downCluster, upCluster, type Cluster, type Series } from "../../cluster/src/index.js";
import { runExample } from "./run-example.js";
import { printSteps } from "./steps.js";

export interface QuickstartOptions {
  readonly series: Series;
  /** Folder for the product. */
  readonly product: string;
  /** Leave the cluster up afterwards. */
  readonly keep: boolean;
  readonly write: (text: string) => void;
}

/** Ctrl-C at any moment: the example cancels its job and sweeps, and the cluster goes down with all its processes. */
export async function runQuickstart({ series, product, keep, write }: QuickstartOptions): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort());
  const { signal } = interruption;
  const name = "quickstart";
  const steps = printSteps(write);
  try {
    const cluster = await steps.run(`Slurm ${series} on this machine, from Debian packages`, (say) => bringUp(series, name, signal, say));
    const status = await steps.run("the daily processing of docs/examples, as alice over SSH", () => runExample(cluster, product, signal));
    if (signal.aborted) return 130;
    write(status === 0 ? `\nThe product is in ${product}. Read docs/examples/daily-processing to see how it was made.\n` : "\nThe example failed: see above.\n");
    return status;
  } catch (error) {
    if (signal.aborted) return 130;
    write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    if (keep) write(`The cluster ${name} is still up: npm run cluster -- shell ${name} --as alice; npm run cluster -- down ${name}\n`);
    else await steps.run("the cluster goes down", () => downCluster(name));
  }
}

const bringUp = (series: Series, name: string, signal: AbortSignal, say: (message: string) => void): Promise<Cluster> =>
  upCluster(series, {
    name,
    signal,
    onProgress: ({ step, seconds }) => say(seconds === undefined ? `${step} …` : `${step}: ${seconds.toFixed(1)} s`),
  });
