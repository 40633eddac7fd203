import type { Benchmark } from "../../bench/benchmark.js";
import { soakOutages } from "./outages.js";
import { soakParsers } from "./parsers.js";
import { soakSubmissions } from "./submissions.js";

/** The client where things go wrong. `HPCKIT_SOAK_SEED` repeats a run. */
export const benchmark: Benchmark = async (onRow) => {
  soakParsers(onRow);
  await soakOutages(onRow);
  await soakSubmissions(onRow);
};
