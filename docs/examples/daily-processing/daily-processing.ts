/** The daily processing of a weather record, from layered settings to a product on this machine. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { buildImage, container, findEngine, sif } from "@hpckit/apptainer";
import { compose, needing } from "@hpckit/core";
import { loadConfig, variables } from "@hpckit/env-config";
import { cleanUp, createScratch, endOf, sweep } from "@hpckit/scheduler";
import { connectSlurm, type Job } from "@hpckit/slurm-client";
import { connectSsh } from "@hpckit/transport";
import { pythonEnv, virtualenv } from "@hpckit/venv";
import { verifyProduct } from "./product.js";
import { cancelOnInterrupt, onInterrupt, say, showEvents, showLog, showOutcome } from "./progress.js";
import { schema } from "./settings/schema.js";

const here = (name: string): string => join(import.meta.dirname, name);
const signal = onInterrupt();
const { values: settings } = await loadConfig({
  schema,
  folder: here("settings"),
  layers: ["default.yaml", "site.yaml", "deployment.yaml", { name: "process", environment: process.env, prefix: "PROCESSING_" }],
});
await mkdir(settings.PRODUCT, { recursive: true });

await using login = await connectSsh({
  host: settings.LOGIN_HOST,
  port: settings.LOGIN_PORT,
  user: settings.LOGIN_USER,
  knownHosts: settings.KNOWN_HOSTS,
  privateKey: settings.PRIVATE_KEY,
  signal,
});
const slurm = await connectSlurm(login, { signal });
say(`signed in to ${login.target.host} as ${login.target.user}; Slurm ${slurm.cluster.version.text}`);

const engine = await findEngine(login, { signal });
if (engine.kind === "found") say(`image: ${(await buildImage(login, { from: { folder: settings.IMAGE_ROOT }, to: settings.IMAGE, onProgress: say, signal })).kind}`);
else say("no Apptainer here: the job runs with the nodes' own Python");
const image = engine.kind === "found" ? [container(sif(settings.IMAGE), { cleanEnv: true })] : [];
const python = pythonEnv({ root: settings.VENV_ROOT, requirements: here("requirements.txt"), wheels: here("wheels") });

await login.mkdir(settings.RESULTS, { recursive: true });
const scratch = await createScratch(login, { root: settings.SCRATCH_ROOT, name: `daily-processing-${Date.now()}` });
let submission: Promise<Job> | undefined;
try {
  await login.upload(settings.RECORD, `${scratch.path}/record.csv`, { signal });
  await login.upload(here("process.py"), `${scratch.path}/process.py`, { signal });
  const { PLOT_TITLE, PAUSE_PER_MONTH, RESULTS } = settings;
  const input = variables({ WEATHER_RECORD: `${scratch.path}/record.csv`, PRODUCT_FOLDER: RESULTS, PLOT_TITLE, PAUSE_PER_MONTH });
  const results = needing({ path: RESULTS, access: "write" });
  submission = slurm.submit(
    {
      name: "daily-processing",
      account: settings.ACCOUNT,
      partition: settings.PARTITION,
      time: settings.TIME_LIMIT,
      memory: settings.MEMORY,
      requeue: false,
      workFolder: RESULTS,
      launch: compose(["python", "process.py"], [cleanUp(scratch), ...image, results, input, virtualenv(python)], { cwd: scratch.path }),
    },
    { signal, onProgress: say },
  );
  const job = await submission;
  cancelOnInterrupt(job, signal);
  await Promise.all([showEvents(job), showLog(job)]);
  const outcome = await job.done();
  showOutcome(outcome, await job.usage());
  if (outcome.kind !== "completed") throw new Error(`the job did not complete: ${outcome.kind}`);
} finally {
  say(`scratch folder: ${(await sweep(scratch, { on: login, outcome: await endOf(submission) })).kind}`);
}

for (const name of ["monthly.csv", "monthly.svg"]) await login.download(`${settings.RESULTS}/${name}`, join(settings.PRODUCT, name), { signal });
say(await verifyProduct(settings.PRODUCT, settings.RECORD));
