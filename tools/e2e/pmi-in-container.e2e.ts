import { container, type ContainerOptions, type SifImage } from "@hpckit/apptainer";
import { compose, type Transport } from "@hpckit/core";
import { connectSlurm, step } from "@hpckit/slurm-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pmi2 } from "./pmi2.js";
import { workFolder } from "./sign-in.js";
import { signInWithImage } from "./sign-in-with-image.js";

const folder = workFolder("pmi");
let login: Transport;
let image: SifImage;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder));
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

/** No rank ends before all have met, as in a program of MPI. */
const meet = `${pmi2}\nfence; echo "rank $PMI_RANK of $PMI_SIZE in $(ls -d /.singularity.d): $greeting"`;

it.each([
  ["with the host's variables", {}],
  ["with the named ones alone", { cleanEnv: true, pass: ["PMI_RANK", "PMI_SIZE", "PMI_FD", "PMI_JOBID"] }],
  ["with those that MPI needs", { cleanEnv: true, mpi: { pattern: "hybrid" } }],
] satisfies [string, ContainerOptions][])("each rank's container reaches Slurm's PMI server, %s", async (_, options) => {
  const slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
  const launch = compose(["bash", "-c", meet], [step({ ntasks: 4, nodes: 2, mpi: "pmi2" }), container(image, options)]);
  const job = await slurm.submit({ partition: "standard", time: "5m", nodes: 2, ntasks: 4, memory: "1G", workFolder: folder, launch });
  let log = "";
  for await (const text of job.log()) log += text;
  expect(log.match(/^rank .*$/gm)?.sort()).toEqual([0, 1, 2, 3].map((rank) => expect.stringMatching(new RegExp(`^rank ${rank} of 4 in /\\.singularity\\.d: cmd=response_to_init .*rc=0`)) as string));
});
