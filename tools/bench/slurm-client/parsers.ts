import { parseHistory } from "../../../packages/slurm-client/src/accounting/accounting-history.js";
import { parseAccounting } from "../../../packages/slurm-client/src/accounting/accounting-record.js";
import { recorded } from "../../../packages/slurm-client/src/fixtures/recordings.js";
import { listEnds, listRecordings } from "../../../packages/slurm-client/src/jobs/fixtures/list-recordings.js";
import { parseJobList } from "../../../packages/slurm-client/src/queue/list-jobs.js";
import { parseQueue } from "../../../packages/slurm-client/src/queue/parse-queue.js";
import { jobRecordings, recordEnd } from "../../../packages/slurm-client/src/state/fixtures/job-recordings.js";
import { median, row, type BenchmarkRow } from "../benchmark.js";

const megabyte = 1_000_000;
const version = { major: 26, minor: 5, patch: 5, text: "26.05.5" };

/** What was recorded, so often that it is four megabytes. */
const repeated = (text: string): string => text.repeat(Math.ceil((4 * megabyte) / text.length));

/** What parsers take for a megabyte of what the newest Slurm printed. */
export function measureParsers(onRow: (row: BenchmarkRow) => void): void {
  const [jobs, lists] = [jobRecordings.at(-1), listRecordings.at(-1)];
  if (jobs === undefined || lists === undefined) throw new Error("nothing was recorded");
  const parsers: Readonly<Record<string, readonly [text: string, parse: (text: string) => readonly unknown[]]>> = {
    "squeue of a tick": [recorded(jobs, "squeue first").stdout, (text) => parseQueue(text, recordEnd)],
    "sacct of a tick": [recorded(jobs, "sacct first").stdout, parseAccounting],
    "jobs.list": [recorded(lists, "list").stdout, (text) => parseJobList(text, listEnds)],
    "jobs.history": [recorded(lists, "history").stdout, (text) => parseHistory(text, { version, fieldEnd: listEnds.textEnd })],
  };
  for (const [name, [text, parse]] of Object.entries(parsers)) {
    const all = repeated(text);
    const times = Array.from({ length: 7 }, () => {
      const begun = performance.now();
      parse(all);
      return performance.now() - begun;
    });
    onRow(row(`parse ${name}, median of 7`, median(times) / (all.length / megabyte), "ms/MB", 50));
  }
}
