import { AbortedError, type Cancellable, type Clock } from "@hpckit/core";
import type { Slurm } from "../slurm/slurm.js";
import type { UnreachableCluster } from "./site.js";

/** The clusters of a site, of which those that were away come back. */
export interface SiteMembers {
  /** Those that answered when they were last asked: the login node's own first, then the others by name. */
  readonly clusters: readonly Slurm[];
  readonly unreachable: readonly UnreachableCluster[];
  /** Asks those of them that were away once more, if it is their turn: after one minute, then two, four, …, at most once an hour. */
  askAgain(names: readonly string[], options?: Cancellable): Promise<void>;
}

export interface SiteMembersOptions {
  readonly own: Slurm;
  /** Names of the others. */
  readonly others: readonly string[];
  readonly connect: (name: string, options: Cancellable) => Promise<Slurm>;
  readonly clock: Clock;
}

/** A controller that is dead takes ten seconds to say nothing, and some are switched off for good. */
const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

interface Absence extends UnreachableCluster {
  readonly askAgainAtMs: number;
  readonly pauseMs: number;
}

/** Asks all of the others once. */
export async function findMembers({ own, others, connect, clock }: SiteMembersOptions, options: Cancellable): Promise<SiteMembers> {
  const found = new Map<string, Slurm>();
  const absences = new Map<string, Absence>();
  const tryCluster = async (name: string, pauseMs: number, { signal }: Cancellable): Promise<void> => {
    try {
      found.set(name, await connect(name, { signal }));
      absences.delete(name);
    } catch (error) {
      if (signal?.aborted === true) throw error instanceof AbortedError ? error : new AbortedError(`the connection to cluster ${name} was aborted`, { cause: error });
      absences.set(name, { name, error, pauseMs, askAgainAtMs: clock.monotonic() + pauseMs });
    }
  };
  await Promise.all(others.map((name) => tryCluster(name, firstPauseMs, options)));
  const inOrder = [...others].sort();
  return {
    get clusters() {
      return [own, ...inOrder.flatMap((name) => found.get(name) ?? [])];
    },
    get unreachable() {
      return inOrder.flatMap((name) => {
        const absence = absences.get(name);
        return absence === undefined ? [] : [{ name, error: absence.error }];
      });
    },
    askAgain: async (names, again = {}) => {
      const due = names.flatMap((name) => absences.get(name) ?? []).filter(({ askAgainAtMs }) => clock.monotonic() >= askAgainAtMs);
      // Who asks meanwhile goes on with what is known.
      for (const absence of due) absences.set(absence.name, { ...absence, askAgainAtMs: clock.monotonic() + absence.pauseMs });
      await Promise.all(due.map(({ name, pauseMs }) => tryCluster(name, Math.min(2 * pauseMs, longestPauseMs), again)));
    },
  };
}
