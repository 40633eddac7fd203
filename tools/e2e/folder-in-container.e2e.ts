import { container, type SifImage } from "@hpckit/apptainer";
import { compose, expand, needing, type Transport } from "@hpckit/core";
import { broadcastFile, connectSlurm, nodeLocalFolder, step } from "@hpckit/slurm-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { workFolder } from "./sign-in.js";
import { signInWithImage } from "./sign-in-with-image.js";

const folder = workFolder("folder");
let login: Transport;
let image: SifImage;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder));
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

it("a node-local folder is seen in each task's container, with what was copied to it, and written to", async () => {
  const slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
  await login.writeFile(`${folder}/input`, "copied\n");
  const script = 'cat "$SLURM_TMPDIR/in put"; echo "$SLURM_PROCID" >"$SLURM_TMPDIR/written" && echo "task $(cat "$SLURM_TMPDIR/written") in $(ls -d /.singularity.d)"';
  const launch = compose(["sh", "-c", script], [
    nodeLocalFolder({ root: "/local" }),
    broadcastFile(`${folder}/input`, expand("$SLURM_TMPDIR/in put")),
    step({ ntasks: 2, nodes: 2 }),
    container(image, { cleanEnv: true, pass: ["SLURM_TMPDIR", "SLURM_PROCID"] }),
    needing({ path: expand("$SLURM_TMPDIR"), access: "write" }),
  ]);
  const job = await slurm.submit({ partition: "standard", time: "5m", nodes: 2, ntasks: 2, memory: "1G", workFolder: folder, launch });
  let log = "";
  for await (const text of job.log()) log += text;
  expect(await job.done(), log).toMatchObject({ kind: "completed" });
  expect(log.match(/^copied$/gm)).toHaveLength(2);
  expect(log.match(/^task [01] in \/\.singularity\.d$/gm)?.sort()).toEqual(["task 0 in /.singularity.d", "task 1 in /.singularity.d"]);
});
