import type { Clock } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import type { LogReader } from "../log/log-reader.js";
import type { SlurmBackend } from "../backend/slurm-backend.js";
import type { Journal } from "../journal/journal.js";
import type { Patience } from "../watch/patience.js";

/** What the parts of one connection share. */
export interface SlurmContext extends CommandLine {
  readonly backend: SlurmBackend;
  readonly clock: Clock;
  readonly logs: LogReader;
  /** Absolute folder of our own on the shared file system. */
  readonly stateFolder: string;
  readonly patience: Patience;
  /** Whether jobs tell of their start and end, and are heard. */
  readonly bell: boolean;
  readonly journal: Journal | undefined;
}
