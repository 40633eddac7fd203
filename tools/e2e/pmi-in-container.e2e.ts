import { container, type ContainerOptions, type SifImage } from "@hpckit/apptainer";
import { compose, type Transport } from "@hpckit/core";
import { connectSlurm, step } from "@hpckit/slurm-client";
import { afterAll, beforeAll, expect, it } from "vitest";
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

/** What an MPI library says first to Slurm's PMI-2 server, over the descriptor that it inherits. Bash, because dash writes to descriptors below 10 only. */
const greeting = 'echo "cmd=init pmi_version=2 pmi_subversion=0" >&"$PMI_FD"; read -r answer <&"$PMI_FD"; echo "rank $PMI_RANK of $PMI_SIZE in $(ls -d /.singularity.d): $answer"';

it.each([
  ["with the host's variables", {}],
  ["with the named ones alone", { cleanEnv: true, pass: ["PMI_RANK", "PMI_SIZE", "PMI_FD"] }],
  ["with those that MPI needs", { cleanEnv: true, mpi: { pattern: "hybrid" } }],
] satisfies [string, ContainerOptions][])("each rank's container reaches Slurm's PMI server, %s", async (_, options) => {
  const slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
  const launch = compose(["bash", "-c", greeting], [step({ ntasks: 4, nodes: 2, mpi: "pmi2" }), container(image, options)]);
  const job = await slurm.submit({ partition: "standard", time: "5m", nodes: 2, ntasks: 4, memory: "1G", workFolder: folder, launch });
  let log = "";
  for await (const text of job.log()) log += text;
  expect(log.match(/^rank .*$/gm)?.sort()).toEqual([0, 1, 2, 3].map((rank) => expect.stringMatching(new RegExp(`^rank ${rank} of 4 in /\\.singularity\\.d: cmd=response_to_init .*rc=0`)) as string));
});
