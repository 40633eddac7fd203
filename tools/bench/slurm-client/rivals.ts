import { cp } from "node:fs/promises";
import { join } from "node:path";
import { compose } from "@hpckit/core";
import { connectSlurm } from "@hpckit/slurm-client";
import { median, row, type BenchmarkRow } from "../benchmark.js";
import { openGround, type Ground } from "./ground.js";

/** When a client knew, in seconds from just before the submission, and what it asked Slurm for that. */
interface Measured {
  readonly running: number;
  readonly ended: number;
  /** Calls of squeue, sacct, scontrol, sinfo and sstat. */
  readonly questions: number;
}

/** Python packages, each with a program beside this file that runs one job with it as its documentation shows. */
const rivals = { submitit: "submitit", "dask-jobqueue": "dask_jobqueue", "psij-python": "psij", "aiida-core": "aiida" } as const;

const jobSeconds = [5, 20] as const;
const rounds = 3;

const folder = "$HOME/rivals";

/** Programs that count their calls stand beside Slurm's others; every client but ours finds them by PATH. */
const install = `
mkdir -p ${folder}/bin ${folder}/run
for program in squeue sacct scontrol sinfo sstat; do
  printf '#!/bin/sh\\necho %s >> %s/questions\\nexec /usr/bin/%s "$@"\\n' "$program" "${folder}" "$program" > "${folder}/bin/$program"
  chmod 755 "${folder}/bin/$program"
done
for program in sacctmgr salloc sattach sbatch sbcast scancel sdiag sprio srun sshare; do
  ln -s "/usr/bin/$program" "${folder}/bin/$program"
done
python3 -m venv "${folder}/venv"
"${folder}/venv/bin/pip" install --quiet "$@" >&2
PATH="${folder}/venv/bin:$PATH" verdi presto >&2
`;

const runRival = `
: > "${folder}/questions"
cd "${folder}/run"
PATH="${folder}/bin:${folder}/venv/bin:$PATH" timeout 180 python "/tmp/rivals/by_$1.py" "${folder}/run" "$2" 2>&1
`;

const countQuestions = `wc -l < "${folder}/questions"`;

/** From submission to the first sight of a running job, and to its known end, beside the clients that people use. */
export async function measureRivals(onRow: (measured: BenchmarkRow) => void): Promise<void> {
  await using ground = await openGround("24.11", "rivals");
  await cp(join(import.meta.dirname, "rivals"), join(ground.cluster.root, "tmp/rivals"), { recursive: true });
  await ground.shell(install, ...Object.keys(rivals));
  for (const seconds of jobSeconds) {
    const own = await repeat(() => runOwn(ground, seconds));
    for (const what of ["running", "ended", "questions"] as const) onRow(row(`${seconds} s job, hpckit: ${what}`, own[what], what === "questions" ? "" : "s"));
    for (const [name, program] of Object.entries(rivals)) {
      const other = await repeat(() => runOne(ground, program, seconds));
      for (const what of ["running", "ended", "questions"] as const) onRow(row(`${seconds} s job, ${name}: ${what}`, other[what], what === "questions" ? "" : "s"));
      onRow(row(`${seconds} s job: running, hpckit : ${name}`, own.running / other.running, "ratio", 1));
      onRow(row(`${seconds} s job: ended, hpckit : ${name}`, own.ended / other.ended, "ratio", 1));
      onRow(row(`${seconds} s job: questions, hpckit − ${name}`, own.questions - other.questions, "", 0));
    }
  }
}

async function repeat(run: () => Promise<Measured>): Promise<Measured> {
  const all: Measured[] = [];
  for (let round = 0; round < rounds; round++) all.push(await run());
  const middle = (what: keyof Measured): number => median(all.map((one) => one[what]));
  return { running: middle("running"), ended: middle("ended"), questions: middle("questions") };
}

async function runOne(ground: Ground, program: string, seconds: number): Promise<Measured> {
  const printed = await ground.shell(runRival, program, String(seconds));
  const read = (word: string): number => {
    const time = new RegExp(`^${word} ([\\d.]+)$`, "m").exec(printed)?.[1];
    if (time === undefined) throw new Error(`by_${program}.py did not say when the job was ${word}:\n${printed}`);
    return Number(time);
  };
  return { running: read("running"), ended: read("ended"), questions: Number(await ground.shell(countQuestions)) };
}

async function runOwn({ login, shell }: Ground, seconds: number): Promise<Measured> {
  const binFolder = (await shell(`echo "${folder}/bin"`)).trim();
  const slurm = await connectSlurm(login, { binFolder });
  await shell(`: > "${folder}/questions"`);
  const began = performance.now();
  const since = (): number => (performance.now() - began) / 1000;
  const job = await slurm.submit({ name: "rival", partition: "standard", time: "10m", memory: "500M", launch: compose(["sleep", String(seconds)]) });
  let running: number | undefined;
  for await (const { state } of job.events()) if (state === "RUNNING" || state === "COMPLETED") running ??= since();
  const { kind } = await job.done();
  if (kind !== "completed" || running === undefined) throw new Error(`the job ended ${kind}`);
  return { running, ended: since(), questions: Number(await shell(countQuestions)) };
}
