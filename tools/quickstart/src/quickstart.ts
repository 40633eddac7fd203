import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseSeries, SERIES } from "../../cluster/src/index.js";
import { readArguments, UsageError } from "../../system/src/index.js";
import { runQuickstart } from "./run-quickstart.js";

const usage = `npm run quickstart [-- OPTIONS]
Brings up a real Slurm cluster on this machine, runs the daily processing example on it, and takes it down.

  --slurm VERSION   ${SERIES.join(", ")} (default: newest, the one with Apptainer)
  --product FOLDER  where the product goes (default: quickstart-product)
  --keep            leave the cluster up afterwards
  --name NAME       the cluster's name (default: quickstart); one that is up already is used, and left up
  --help            this text
`;

const write = (text: string): void => void process.stdout.write(text);
// Whoever reads this may have gone, as a closed terminal has: that must not keep the cluster from going down.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

try {
  const { values } = readArguments({
    options: {
      slurm: { type: "string", default: "newest" },
      product: { type: "string", default: "quickstart-product" },
      keep: { type: "boolean", default: false },
      name: { type: "string", default: "quickstart" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) write(usage);
  else {
    const { name, keep } = values;
    const series = parseSeries(values.slurm);
    const product = resolve(values.product);
    await makeProductFolder(product);
    process.exitCode = await runQuickstart({ series, name, product, keep, write });
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${error instanceof UsageError ? `\n${usage}` : ""}`);
  process.exitCode = 2;
}

async function makeProductFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new UsageError(`no folder for the product can be made there: ${(cause as Error).message}`, { cause });
  }
}
