import type { Transport } from "@hpckit/core";
import { askSlurm, type SlurmPrograms } from "./slurm-command.js";

/** What an account may use, for errors that name it. Empty where accounting does not say. */
export interface Allowances {
  readonly accounts: readonly string[];
  readonly qos: readonly string[];
}

/** Reads the associations of the user; never throws: it serves an error that is on its way. */
export async function findAllowances(transport: Transport, programs: SlurmPrograms, user: string): Promise<Allowances> {
  const argv = ["sacctmgr", "--noheader", "--parsable2", "show", "associations", `user=${user}`, "format=account,qos"];
  const result = await askSlurm(transport, programs, argv).catch(() => undefined);
  return result?.ok === true ? parseAllowances(result.stdout) : { accounts: [], qos: [] };
}

/** Reads lines of `account|qos,qos`. */
export function parseAllowances(stdout: string): Allowances {
  const rows = stdout.split("\n").filter((line) => line.includes("|")).map((line) => line.split("|"));
  const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].filter((word) => word !== "").sort();
  return {
    accounts: unique(rows.map(([account = ""]) => account)),
    qos: unique(rows.flatMap(([, qos = ""]) => qos.split(","))),
  };
}
