import { posix } from "node:path";
import { OutputUnreadableError, parseOptions, quietCallback, systemClock, type Cancellable, type Clock, type Transport } from "@hpckit/core";
import { commandLineBackend, type CommandLine } from "../backend/command-line.js";
import type { SlurmBackend } from "../backend/slurm-backend.js";
import { checkCluster, listKnownClusters } from "../cluster/known-clusters.js";
import { probeCluster } from "../cluster/probe.js";
import type { SlurmPrograms } from "../cluster/slurm-command.js";
import { ControllerUnreachableError, SlurmMissingError } from "../error/slurm-error.js";
import type { RestOptions } from "../rest/rest-options.js";
import { openJournal } from "../journal/journal.js";
import { createLogReader } from "../log/log-reader.js";
import { createSubmitQueue } from "../submit/submit-queue.js";
import { createWatcher } from "../watch/job-watcher.js";
import { completePatience } from "../watch/patience.js";
import type { SlurmContext } from "./slurm-context.js";
import type { Slurm } from "./slurm.js";
import { connectSlurmSchema, transportSchema, type ConnectSlurmOptions } from "./connect-options.js";
import { createSlurm } from "./create-slurm.js";

/**
 * Finds out which Slurm is on the other side.
 * @throws OptionsError for a cluster that accounting does not know; SlurmMissingError if there is none; ControllerUnreachableError if it does not answer now; RestAuthenticationError, if slurmrestd does
 * not know us.
 */
export async function connectSlurm(transport: Transport, options: ConnectSlurmOptions = {}): Promise<Slurm> {
  parseOptions(transportSchema, transport, "connectSlurm");
  const { pollIntervalMs = 30_000, pollFloorMs, bell = true, submitPaceMs = 1000, patience, journal, stateFolder, binFolder, cluster, keepVariables = [], rest, onTrouble: tell = () => undefined, clock = systemClock, signal } = parseOptions(connectSlurmSchema, options, "connectSlurm");
  const onTrouble = quietCallback("onTrouble of connectSlurm", tell);
  const programs = { binFolder, keepVariables, cluster };
  const facts = await probeCluster(transport, programs, { signal }).catch(async (error: unknown) => {
    if (cluster !== undefined && error instanceof ControllerUnreachableError) await refuseUnknownCluster(transport, programs, cluster, { signal });
    throw rest !== undefined && error instanceof SlurmMissingError ? commandsMissing(error) : error;
  });
  const commandLine = { transport, programs, facts };
  const backend = rest === undefined ? commandLineBackend(commandLine) : await connectRest(rest, commandLine, clock, { signal });
  const context: SlurmContext = {
    transport,
    programs,
    facts: { ...facts, rest: backend.rest },
    backend,
    clock,
    logs: createLogReader(transport, clock),
    stateFolder: stateFolder ?? posix.join(facts.home, ".hpckit"),
    patience: completePatience(patience),
    bell,
    journal: journal === undefined ? undefined : openJournal(journal),
  };
  return createSlurm(context, createWatcher(context, { pollIntervalMs, pollFloorMs, patience: context.patience, onTrouble }), createSubmitQueue(context, submitPaceMs), { pollIntervalMs, pollFloorMs: pollFloorMs ?? 0, onTrouble });
}

/** Of a cluster that nobody knows no controller answers, either. */
async function refuseUnknownCluster(transport: Transport, programs: SlurmPrograms, cluster: string, options: Cancellable): Promise<void> {
  const known = await listKnownClusters(transport, programs, options);
  if (!(known instanceof OutputUnreadableError)) checkCluster(cluster, known);
}

/** Loaded only where it is asked for. */
async function connectRest(rest: RestOptions, commandLine: CommandLine, clock: Clock, options: Cancellable): Promise<SlurmBackend> {
  const { connectRestBackend } = await import("../backend/connect-rest.js");
  return connectRestBackend(rest, { commandLine, clock }, options);
}

const commandsMissing = (error: SlurmMissingError): SlurmMissingError =>
  new SlurmMissingError(`${error.message}. They are needed beside slurmrestd, too: it tells neither the cluster's settings nor all that is asked of jobs`, { cause: error });
