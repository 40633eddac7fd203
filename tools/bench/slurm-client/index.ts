import type { Benchmark } from "../benchmark.js";
import { measureParsers } from "./parsers.js";
import { measureRivals } from "./rivals.js";
import { measureSubmissions } from "./submissions.js";
import { measureTick } from "./tick.js";

/** The client on real clusters, against bare Slurm programs and against other clients. */
export const benchmark: Benchmark = async (onRow) => {
  measureParsers(onRow);
  await measureSubmissions(onRow);
  await measureTick(onRow);
  await measureRivals(onRow);
};
