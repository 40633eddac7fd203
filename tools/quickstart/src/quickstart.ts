import { parseArgs } from "node:util";
import { SERIES, type Series } from "../../cluster/src/index.js";
import { runQuickstart } from "./run-quickstart.js";

const usage = `npm run quickstart [-- OPTIONS]
Brings up a real Slurm cluster on this machine, runs the daily processing example on it, and takes it down.

  --slurm VERSION   ${SERIES.join(", ")} (default: newest, the one with Apptainer)
  --keep            leave the cluster up afterwards
  --product FOLDER  where the product goes (default: quickstart-product)
  --help            this text
`;

const { values: options } = parseArgs({
  options: {
    slurm: { type: "string", default: "newest" },
    keep: { type: "boolean", default: false },
    product: { type: "string", default: "quickstart-product" },
    help: { type: "boolean", default: false },
  },
});

const write = (text: string): void => void process.stdout.write(text);
const isSeries = (text: string): text is Series => SERIES.some((series) => series === text);

if (options.help) write(usage);
else if (isSeries(options.slurm)) process.exitCode = await runQuickstart({ series: options.slurm, product: options.product, keep: options.keep, write });
else {
  process.stderr.write(`no Slurm ${JSON.stringify(options.slurm)} here: choose ${SERIES.join(", ")}\n`);
  process.exitCode = 2;
}
