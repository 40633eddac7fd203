import { HpckitError, type Cancellable } from "@hpckit/core";
import { checkSizes, type SizeKnowledge } from "../check/check-spec.js";
import { refuseSizes } from "../check/refuse-sizes.js";
import { untilAborted } from "../concurrency/until-aborted.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { JobSpec } from "../spec/job-spec.js";
import { whenAllAborted } from "./all-aborted.js";
import { claimFolder } from "./claim-folder.js";
import { decideClaims } from "./decide-claims.js";
import { abortedBefore } from "./pending-submission.js";
import { lookOverCommandLine } from "./submit-over-command-line.js";

/** Keeps jobs back that Slurm would accept and never start. */
export interface SizeGate {
  /**
   * Asks nothing about a job that fits by what the connection knows. About others the cluster is asked as it is now, once for all that come in the
   * same turn of the event loop. A key that has a claim passes: it may have a job already.
   * @param token - of the key, where the caller gave one.
   * @throws what {@link refuseSizes} throws; AbortedError.
   */
  admit(spec: JobSpec, token: string | undefined, options?: Cancellable): Promise<void>;
}

interface Suspect extends Cancellable {
  readonly spec: JobSpec;
  readonly token: string | undefined;
}

/** What is known of the suspects of one turn. */
interface Inquiry {
  /** Undefined where that cannot be looked at: then any of them may have one. */
  readonly claimed: ReadonlySet<string> | undefined;
  /** Undefined where the cluster did not say: then it is sbatch's to refuse. */
  readonly sizes: SizeKnowledge | undefined;
}

export function createSizeGate(context: SlurmContext): SizeGate {
  let together: { readonly suspects: Suspect[]; readonly inquiry: Promise<Inquiry> } | undefined;

  function join(suspect: Suspect): Promise<Inquiry> {
    if (together === undefined) {
      const suspects: Suspect[] = [];
      const inquiry = Promise.resolve().then(() => {
        together = undefined;
        return inquire(context, suspects);
      });
      together = { suspects, inquiry };
    }
    together.suspects.push(suspect);
    return together.inquiry;
  }

  return {
    async admit(spec, token, { signal } = {}) {
      if (checkSizes(spec, sinceConnection(context)).length === 0) return;
      const { claimed, sizes } = await untilAborted(join({ spec, token, signal }), { signal }).catch((error: unknown) => {
        throw signal?.aborted === true ? abortedBefore(signal) : error;
      });
      if (sizes === undefined || (token !== undefined && claimed?.has(token) !== false)) return;
      refuseSizes(spec, sizes);
    },
  };
}

const sinceConnection = ({ facts: { partitions, maxArraySize, capabilities } }: Pick<SlurmContext, "facts">): SizeKnowledge => ({ partitions, maxArraySize, maxArrayTasks: capabilities.maxArrayTasks });

async function inquire(context: SlurmContext, suspects: readonly Suspect[]): Promise<Inquiry> {
  const { signal, stopListening } = whenAllAborted(suspects.map((suspect) => suspect.signal));
  const tokens = [...new Set(suspects.flatMap(({ token }) => token ?? []))];
  // What cannot be asked now is met again by the submission itself, which says so.
  const [claimed, sizes] = await Promise.all([findClaimed(context, tokens, { signal }).catch(() => undefined), findSizes(context, { signal }).catch(() => undefined)]);
  stopListening();
  return { claimed: claimed && new Set(claimed), sizes };
}

/** Keys under which something was begun that may have given a job. */
async function findClaimed(context: SlurmContext, tokens: readonly string[], options: Cancellable): Promise<readonly string[]> {
  if (tokens.length === 0) return [];
  const { found } = await lookOverCommandLine(context, claimFolder(context.stateFolder, context.facts.name), tokens, options);
  return tokens.filter((_, index) => found[index] !== undefined && decideClaims(found[index], undefined).kind !== "free");
}

/** A QOS may go before the limits of partitions, and a job that names none has that of its account. */
async function findSizes({ facts, backend }: SlurmContext, options: Cancellable): Promise<SizeKnowledge | undefined> {
  const known = sinceConnection({ facts });
  if (!facts.accounting) {
    const { partitions } = await backend.survey(["partitions"], options);
    return partitions instanceof HpckitError ? undefined : { ...known, partitions };
  }
  const { partitions, qos, associations } = await backend.survey(["partitions", "qos", "associations"], options);
  if (partitions instanceof HpckitError || qos instanceof HpckitError || associations instanceof HpckitError) return undefined;
  return { ...known, partitions, qos, associations };
}
