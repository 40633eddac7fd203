import { compose } from "@hpckit/core";
import { connectSlurm, type JobSpecInput } from "@hpckit/slurm-client";
import { connectSsh } from "@hpckit/transport";
import { downCluster, parseSeries, upCluster } from "../../cluster/src/index.js";
import { loginOptions } from "../../e2e/sign-in.js";
import { row, type BenchmarkRow } from "../benchmark.js";
import { inTurns } from "../transport/in-turns.js";

const jobs = 500;
/** What a person would write on the login node. */
const bareLoop = `file=$(mktemp) && printf '#!/bin/sh\\ntrue\\n' >"$file" && i=0 && while [ $i -lt ${jobs} ]; do sbatch --parsable --hold --output=/dev/null "$file" || exit; i=$((i + 1)); done`;

/** Jobs queued by the client over SSH, each claimed, recorded and fenced, against a bare loop on the login node. They are held: none takes time from the next way. */
export async function measureSubmissions(onRow: (row: BenchmarkRow) => void): Promise<void> {
  const cluster = await upCluster(parseSeries(process.env["HPCKIT_SERIES"] ?? "24.11"), { name: `bench-${process.pid}`, leashed: true });
  try {
    await using login = await connectSsh(loginOptions(cluster));
    const slurm = await connectSlurm(login, { submitPaceMs: 0 });
    const spec: JobSpecInput = { output: "/dev/null", extraArguments: ["--hold"], launch: compose(["true"]) };
    const ways: Record<string, () => Promise<unknown>> = {
      bare: () => login.exec(["sh", "-c", bareLoop], { check: true }),
      single: async () => {
        const results = await slurm.submitAll(Array.from({ length: jobs }, () => spec));
        for (const result of results) if (result.kind === "error") throw result.error;
      },
      array: () => slurm.submit({ ...spec, array: `0-${jobs - 1}` }),
    };
    const times = await inTurns(ways, () => cluster.exec(["scancel", "--user=alice"]));
    const of = (way: string): number => times[way] ?? NaN;
    onRow(row(`${jobs} jobs, a bare sbatch loop on the login node`, of("bare") / jobs, "ms each"));
    onRow(row(`${jobs} jobs over SSH, each once`, of("single") / jobs, "ms each"));
    onRow(row(`${jobs} single jobs over SSH : the bare loop`, of("bare") / of("single"), "×", { atLeast: 0.8 }));
    onRow(row(`${jobs} tasks of one array over SSH : the bare loop`, of("bare") / of("array"), "×", { atLeast: 10 }));
  } finally {
    await downCluster(cluster.name);
  }
}
