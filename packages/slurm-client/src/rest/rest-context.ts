import type { Clock } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import type { RestSession } from "./rest-session.js";

/** One slurmrestd, and the login node beside it for the little that slurmrestd cannot say. */
export interface RestContext {
  readonly session: RestSession;
  readonly commandLine: CommandLine;
  readonly clock: Clock;
}
