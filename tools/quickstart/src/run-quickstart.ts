import { downCluster, listClusters, upCluster, type Cluster, type Series } from "../../cluster/src/index.js";
import { listenForInterruption } from "./interruption.js";
import { runExample } from "./run-example.js";
import { showProduct } from "./show-product.js";
import { printSteps, type PartPrinter } from "./steps.js";

export interface QuickstartOptions {
  readonly series: Series;
  /** The cluster's name. One that is up already is used, and left up. */
  readonly name: string;
  /** Folder for the product. */
  readonly product: string;
  /** Leave the cluster up afterwards. */
  readonly keep: boolean;
  readonly write: (text: string) => void;
}

/** Interrupted at any moment: the example cancels its job and sweeps, and the cluster goes down with all its processes. */
export async function runQuickstart({ series, name, product, keep, write }: QuickstartOptions): Promise<number> {
  const interruption = listenForInterruption(write);
  const { signal } = interruption;
  const steps = printSteps(write);
  const isFound = await isUp(name);
  const bringUp = (part: PartPrinter): Promise<Cluster> =>
    // Leashed: even where this process is killed, nothing stays behind.
    upCluster(series, { name, leashed: !keep, signal, onProgress: ({ step, seconds }) => part(step, seconds) });

  let status: number;
  try {
    const cluster = await steps.run(`Slurm ${series} on this machine, from Debian packages`, bringUp);
    status = await steps.run("the daily processing of docs/examples, as alice over SSH", () => runExample(cluster, product, signal));
    if (status === 0) await steps.run("the product", async () => write(await showProduct(product)));
  } catch (error) {
    status = 1;
    if (!signal.aborted) write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  }
  const isKept = isFound || (keep && !signal.aborted);
  if (!isKept && (await isUp(name))) await steps.run("the cluster goes down", () => downCluster(name));
  write(`\n${lastWords({ name, status, interrupted: signal.aborted, isUp: await isUp(name) })}\n`);
  return interruption.exitStatus ?? status;
}

const isUp = async (name: string): Promise<boolean> => (await listClusters()).some((cluster) => cluster.name === name);

function lastWords({ name, status, interrupted, isUp }: { readonly name: string; readonly status: number; readonly interrupted: boolean; readonly isUp: boolean }): string {
  const cluster = isUp ? `The cluster ${name} is up: npm run cluster -- shell ${name} --as alice; npm run cluster -- down ${name}` : "No process of the cluster is left.";
  if (interrupted) return `Interrupted. ${cluster}`;
  if (status !== 0) return `The quickstart failed: see above. ${cluster}`;
  return `${isUp ? `${cluster}\n` : ""}How it was made: docs/examples/daily-processing/README.md`;
}
