import { compose, sh, type ExecOptions, type Transport } from "@hpckit/core";
import { expect, it } from "vitest";
import { connectSlurm } from "../slurm/connect-slurm.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { readAll, submitShell } from "./shared-jobs.js";

/** What a careless caller, or a job that submits another, would have in its environment. */
const ambient = { SBATCH_PARTITION: "nowhere", SBATCH_TIMELIMIT: "1", SBATCH_EXPORT: "NONE", SLURM_JOB_ID: "1", SLURM_CLUSTERS: "nowhere", SQUEUE_FORMAT: "%i", SACCT_FORMAT: "JobID", SLURM_TIME_FORMAT: "%c", LC_ALL: "de_DE.UTF-8", AMBIENT: "leak" };

export function environmentTests(under: () => SlurmUnderTest): void {
  it("hands nothing of the login's variables to the job, nor to Slurm's programs", async () => {
    const { transport, folder, options } = under();
    const withAmbient = <Options extends Pick<ExecOptions, "env">>(given: Options): Options & Pick<ExecOptions, "env"> => ({ ...given, env: { ...given.env, ...ambient } });
    const careless: Transport = {
      ...transport,
      exec: (argv, execOptions = {}) => transport.exec(argv, withAmbient(execOptions)),
      stream: (argv, execOptions = {}) => transport.stream(argv, withAmbient(execOptions)),
    };
    const slurm = await connectSlurm(careless, { pollIntervalMs: 1000, keepVariables: ["KEPT"] });
    const job = await slurm.submit({ partition: options.partition, time: "10m", memory: "50M", workFolder: folder, launch: compose(["env"]) });
    expect((await job.done()).kind).toBe("completed");
    const log = await readAll(job.log());
    for (const name of ["AMBIENT", "SBATCH_", "LC_ALL", "SLURM_EXPORT_ENV", "SQUEUE_", "KEPT"]) expect(log).not.toContain(name);
    for (const name of ["HOME", "USER", "LOGNAME", "PATH"]) expect(log).toMatch(new RegExp(`^${name}=`, "m"));
    expect(log).toContain(`SLURM_JOB_ID=${job.id}\n`);
  });

  it("hands arguments and standard streams over as they are", async () => {
    const words = ["", " ", "a\nb", "it's", "$HOME", "`id`", "\\", "*", "#", "--", "é"];
    const { slurm, folder, options } = under();
    const launch = compose(["sh", "-c", String.raw`printf '[%s]\n' "$@"; cat`, "sh", ...words]);
    const job = await slurm.submit({ partition: options.partition, time: "10m", memory: "50M", workFolder: folder, launch });
    expect(await readAll(job.log())).toBe(words.map((word) => `[${word}]\n`).join(""));
  });

  it("starts in the folder that was asked for", async () => {
    const job = await submitShell(under(), sh`pwd`);
    expect(await readAll(job.log())).toBe(`${under().folder}\n`);
  });
}
