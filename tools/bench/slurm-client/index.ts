import type { Benchmark } from "../benchmark.js";
import { measureRivals } from "./rivals.js";
import { measureSubmissions } from "./submissions.js";

/** The client on real clusters, against bare Slurm programs and against other clients. */
export const benchmark: Benchmark = async (onRow) => {
  await measureSubmissions(onRow);
  await measureRivals(onRow);
};
