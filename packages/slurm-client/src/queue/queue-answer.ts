import type { ExecResult } from "@hpckit/core";

/** squeue refuses one id that is unknown, and is silent about one of several. */
export const isUnknownId = (result: ExecResult): boolean => result.exitCode === 1 && result.stdout === "" && result.stderr.includes("Invalid job id specified");

/** It can exit with 0 although it could not ask. */
export const couldNotAsk = (result: ExecResult): boolean => !result.ok || /error|timed out|unable/i.test(result.stderr);
