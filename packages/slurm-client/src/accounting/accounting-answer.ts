import type { ExecResult } from "@hpckit/core";

/** sacct can exit with 0 although it could not ask. */
export const accountingFailed = (result: ExecResult): boolean => !result.ok || /error/i.test(result.stderr);
