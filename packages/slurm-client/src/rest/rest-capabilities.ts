import type { ClusterTopic } from "../inspect/survey.js";
import type { JobAction } from "../control/job-action.js";
import type { SlurmBackend } from "../backend/slurm-backend.js";
import type { RestFacts, RestMatter, RestWay } from "./rest-facts.js";
import type { RestSession } from "./rest-session.js";

/** Each has a row below: a new question or order that lacks one does not compile. */
type AskedOrTold = Exclude<keyof SlurmBackend, "rest" | "way" | "survey" | "control"> | ClusterTopic | JobAction["kind"];

/** From which version of the API on something goes over slurmrestd (why not before), and when it does not; else by the login node's commands, and why. */
type RestOffer = { readonly since: number; readonly before?: string; readonly except?: string } | { readonly commandLine: string };

/**
 * What goes over slurmrestd, and what by the login node's commands all the same; each matter once.
 * Tried with v0.0.38 (Slurm 22.05.8), v0.0.42 (24.11.5) and v0.0.45 (26.05.5).
 */
const restCapabilities: Readonly<Record<RestMatter, RestOffer>> = {
  queue: { since: 38, except: "v0.0.38 cuts long lists of tasks: those are asked of squeue" },
  accounting: { since: 38 },
  submit: { since: 38, except: "jobs that ask for what slurmrestd has no words for go by sbatch" },
  cancel: { since: 40, before: "v0.0.38 answers alike whether there was anything to end", except: "in a hurry, or many tasks of an array by one word: by scancel" },
  signal: { since: 40, before: "v0.0.38 sends every signal to script and steps alike", except: "many tasks of an array by one word: by scancel" },

  hold: { commandLine: "slurmrestd holds the first component of a heterogeneous job alone, and no task of an array" },
  release: { commandLine: "as for hold" },
  update: { commandLine: "as for hold" },
  requeue: { commandLine: "only v0.0.45 has it" },
  suspend: { commandLine: "slurmrestd has no words for it" },
  resume: { commandLine: "slurmrestd has no words for it" },

  partitions: { commandLine: "v0.0.42 says neither which is the default one nor who may use one; v0.0.45 does" },
  nodes: { commandLine: "all topics of a survey come in one round trip, with those that slurmrestd does not tell" },
  reservations: { commandLine: "slurmrestd says neither comment nor QOS, nor whether one is active" },
  licenses: { commandLine: "as for nodes" },
  qos: { commandLine: "slurmrestd has other words for its flags" },
  associations: { commandLine: "as for nodes" },
  fairShare: { commandLine: "slurmrestd says neither the depth of an account nor what sshare makes of the root" },
  limitUsage: { commandLine: "slurmrestd does not tell the controller's count" },
  diagnostics: { commandLine: "sdiag says it in one round trip, in all versions" },

  markedInQueue: { commandLine: "squeue's text of the whole queue is a tenth of the JSON, and the claims are read there anyway" },
  markedInAccounting: { commandLine: "slurmrestd does not give the command that queued a job" },
  details: { commandLine: "patterns of file names come filled in from squeue alone" },
  archivedDetails: { commandLine: "as for details, of sacct" },
  list: { commandLine: "slurmrestd has no filters: the whole queue is 20 times squeue's answer" },
  history: { commandLine: "sacct says it in a tenth of the time" },
  usage: { commandLine: "live usage comes from sstat alone" },
  priorities: { commandLine: "slurmrestd says no factors" },
  startEstimates: { commandLine: "slurmrestd makes no estimates" },
  tryStart: { commandLine: "slurmrestd has no --test-only" },
} satisfies Readonly<Record<AskedOrTold, RestOffer>>;

/** By which way something goes where this slurmrestd is used. */
export function wayOf(matter: RestMatter, { version }: Pick<RestSession, "version">): RestWay {
  const offer = restCapabilities[matter];
  if ("commandLine" in offer) return { kind: "command-line", because: offer.commandLine };
  return version.number >= offer.since ? { kind: "rest", except: offer.except } : { kind: "command-line", because: offer.before ?? `it came with v0.0.${offer.since}` };
}

/** What a connection says of its slurmrestd. */
export const restFactsOf = (session: Pick<RestSession, "version" | "user">): RestFacts => ({
  version: session.version.text,
  user: session.user,
  ways: Object.fromEntries((Object.keys(restCapabilities) as RestMatter[]).map((matter) => [matter, wayOf(matter, session)])) as RestFacts["ways"],
});
