import { HpckitError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { askAll, type Question } from "../backend/question.js";
import { mpiTypesQuestion } from "../cluster/mpi-types.js";
import { readWord } from "../cluster/slurm-values.js";

/** What takes programs of its own to find out, and is not asked with every connection. */
export interface ClusterFeatures {
  /** What `srun --mpi` takes here, e.g. `pmix`; undefined where srun did not say. */
  readonly mpiTypes: readonly string[] | undefined;
  /** Versions of the data parser that `--json` takes, the oldest first; none in 22.05, whose JSON has no version. */
  readonly dataParsers: readonly string[];
  /** Whether users may have crontabs that Slurm runs, and the program is there. */
  readonly scrontab: boolean;
  /** Whether slurmdbd answered within five seconds; undefined where it was not asked, as the login node has no `timeout`. */
  readonly databaseReachable: boolean | undefined;
  /** All clusters that the accounting database knows; undefined where it did not say. */
  readonly clusters: readonly string[] | undefined;
  /** The federation that the cluster is a member of; undefined where it is of none, or the accounting database did not say. */
  readonly federation: string | undefined;
}

const dataParsersQuestion: Question<readonly string[]> = {
  argv: ["sinfo", "--json=list"],
  read: ({ stdout, stderr }) => [...new Set([...`${stdout}${stderr}`.matchAll(/data_parser\/(v\d+\.\d+\.\d+)/g)].map(([, version = ""]) => version))].sort(),
};

const scrontabQuestion: Question<boolean> = { argv: ["/bin/sh", "-c", "command -v scrontab"], read: ({ ok }) => ok };

/** Clusters with their federations, and whether slurmdbd answered. */
interface Database {
  readonly reachable: boolean | undefined;
  readonly federations: ReadonlyMap<string, string | undefined> | undefined;
}

const databaseQuestion: Question<Database> = {
  argv: ["timeout", "5", "sacctmgr", "--noheader", "--parsable2", "show", "cluster", "format=cluster,federation"],
  read: ({ ok, exitCode, stdout }) => {
    if (!ok) return { reachable: exitCode === 127 ? undefined : false, federations: undefined };
    const rows = stdout.split("\n").filter((line) => line.includes("|")).map((line) => line.split("|"));
    return { reachable: true, federations: new Map(rows.map(([name = "", federation]) => [name, readWord(federation)])) };
  },
};

export const featureQuestions = { mpiTypes: mpiTypesQuestion, dataParsers: dataParsersQuestion, scrontab: scrontabQuestion, database: databaseQuestion };

/** Asks in one round trip. @throws HpckitError only if nothing could be asked. */
export async function findFeatures(commandLine: CommandLine, options: Cancellable = {}): Promise<ClusterFeatures> {
  const { facts } = commandLine;
  const { mpiTypes, dataParsers, scrontab, database } = await askAll(commandLine, featureQuestions, options);
  const { reachable, federations } = database instanceof HpckitError ? { reachable: undefined, federations: undefined } : database;
  return {
    mpiTypes: mpiTypes instanceof HpckitError ? undefined : mpiTypes,
    dataParsers: dataParsers instanceof HpckitError ? [] : dataParsers,
    scrontab: scrontab === true && facts.capabilities.allowsScrontab,
    databaseReachable: reachable,
    clusters: federations && [...federations.keys()],
    federation: federations?.get(facts.name),
  };
}
