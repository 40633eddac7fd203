import { formatSlurmTime } from "@hpckit/core";
import type { ClusterNode } from "../node/cluster-node.js";
import type { Reservation, ReservationAccess } from "../reservation/reservation.js";
import type { CheckFinding } from "./check-finding.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import { sameName, suggest, timeOf, type CheckedJob } from "./checked-job.js";
import { findFittingNodes } from "./node-rules.js";

/** A reservation that the job names, or those that it must go around. */
export function checkReservations(job: CheckedJob, knowledge: CheckKnowledge): readonly CheckFinding[] {
  const { reservations } = knowledge;
  if (reservations === undefined) return [];
  const { reservation, begin } = job.spec;
  // A job that begins later meets another state of things.
  if (reservation === undefined) return begin === undefined ? checkWait(job, reservations, knowledge) : [];
  const names = reservation.split(",");
  const findings = names.map((name) => checkNamed(job, name, reservations, knowledge));
  // Of several, one that starts the job soonest is enough; all must be there, and usable.
  return names.length === 1 || findings.every((each) => each.length > 0) ? findings.flat() : findings.flat().filter(({ severity }) => severity === "refused");
}

/** Maintenance is nobody's, whoever is listed for it may still run administrators' jobs. */
function mayUse(reservation: Reservation, { association, spec, qos }: CheckedJob, user: string): boolean {
  const admits = ({ only, except }: ReservationAccess, name: string | undefined): boolean | undefined => {
    if (only.length === 0 && except.length === 0) return undefined;
    return name !== undefined && (only.length === 0 || only.some((each) => sameName(each, name))) && !except.some((each) => sameName(each, name));
  };
  const verdicts = [admits(reservation.users, user), admits(reservation.accounts, association?.account ?? spec.account), admits({ only: reservation.qos, except: [] }, qos?.name)];
  // Groups are not looked up: sbatch decides.
  return reservation.groups.length > 0 || verdicts.every((verdict) => verdict !== false);
}

function checkNamed(job: CheckedJob, asked: string, reservations: readonly Reservation[], { user, nowSeconds }: CheckKnowledge): readonly CheckFinding[] {
  const usable = reservations.filter((each) => mayUse(each, job, user)).map(({ name }) => name);
  const chosen = reservations.find(({ name }) => name === asked);
  if (chosen === undefined) return [{ kind: "unknown-reservation", severity: "refused", field: "reservation", message: `reservation "${asked}": there is none of that name; ${suggest(asked, usable, "none may be used")}`, allowed: usable }];
  if (!usable.includes(asked)) return [{ kind: "reservation-closed", severity: "refused", field: "reservation", message: `reservation "${asked}" is not for this user and account; ${suggest("", usable, "none may be used")}`, allowed: usable }];
  const { startsAtSeconds, endsAtSeconds, flags } = chosen;
  const seconds = timeOf(job);
  const left = endsAtSeconds - Math.max(startsAtSeconds, nowSeconds);
  if (seconds > left && !flags.includes("FLEX") && !flags.some((flag) => repeats.has(flag))) {
    return [{ kind: "reservation-too-short", severity: "never-starts", field: "time", message: `time ${formatSlurmTime({ seconds })}: reservation ${asked} ends after ${formatSlurmTime({ seconds: left })}; ask for less`, limit: { name: "EndTime", value: left, owner: `reservation ${asked}` } }];
  }
  if (startsAtSeconds <= nowSeconds) return [];
  return [{ kind: "waits-for-reservation", severity: "will-wait", field: "reservation", message: `reservation "${asked}" begins at ${iso(startsAtSeconds)}`, earliestStartSeconds: startsAtSeconds }];
}

const repeats: ReadonlySet<string> = new Set(["HOURLY", "DAILY", "WEEKLY", "WEEKDAY", "WEEKEND"]);

/** Nodes that are free for the job's time before a reservation of others takes them. Whether other jobs run there is not looked at. */
function checkWait(job: CheckedJob, reservations: readonly Reservation[], knowledge: CheckKnowledge): readonly CheckFinding[] {
  const fitting = findFittingNodes(job, knowledge);
  const seconds = timeOf(job);
  const { nodes } = job.demand;
  if (fitting === undefined || fitting.length < nodes) return [];
  const { nowSeconds, user } = knowledge;
  const others = reservations.filter((each) => each.endsAtSeconds > nowSeconds && takesWholeNodes(each, knowledge.nodes ?? []) && !(each.flags.includes("MAGNETIC") && mayUse(each, job, user)));
  const free = fitting.map((node) => ({ node, seconds: freeSeconds(node, others, nowSeconds) })).sort((one, other) => other.seconds - one.seconds);
  const longest = free[nodes - 1]?.seconds ?? 0;
  if (seconds <= longest) return [];
  const lost = new Set(free.filter((each) => each.seconds < seconds).map(({ node }) => node.name));
  const inTheWay = others.filter((each) => each.startsAtSeconds < nowSeconds + seconds && each.nodes.some((name) => lost.has(name)));
  const maintenance = inTheWay.some(({ isMaintenance }) => isMaintenance) ? "maintenance" : "a reservation";
  const names = inTheWay.map(({ name, startsAtSeconds }) => `${name} (${startsAtSeconds > nowSeconds ? `from ${iso(startsAtSeconds)}` : "now"})`).join(", ");
  // Slurm counts a limit in whole minutes, and some time passes until it looks.
  const shorter = Math.floor(longest / 60) * 60 - 60;
  const next = shorter > 0 ? `with a time limit of at most ${formatSlurmTime({ seconds: shorter })} it could run before` : "no shorter time would let it run before";
  return [{
    kind: "waits-for-reservation",
    severity: "will-wait",
    field: "time",
    message: `${nodes} ${nodes === 1 ? "node" : "nodes"} for ${formatSlurmTime({ seconds })} are not free before ${maintenance}: ${names}; ${next}`,
    limit: { name: "StartTime", value: Math.max(0, shorter), owner: `reservation ${inTheWay[0]?.name ?? ""}` },
    earliestStartSeconds: findEarliest(fitting, others, { nodes, seconds, nowSeconds }),
  }];
}

/** One of some cores of its nodes leaves room for others: how much, only the scheduler knows. */
function takesWholeNodes(reservation: Reservation, nodes: readonly ClusterNode[]): boolean {
  const cpus = nodes.filter(({ name }) => reservation.nodes.includes(name)).reduce((sum, node) => sum + node.cpus, 0);
  return (reservation.tres["cpu"] ?? cpus) >= cpus;
}

function freeSeconds(node: ClusterNode, reservations: readonly Reservation[], nowSeconds: number): number {
  const starts = reservations.filter(({ nodes }) => nodes.includes(node.name)).map(({ startsAtSeconds }) => startsAtSeconds - nowSeconds);
  return Math.max(0, Math.min(Infinity, ...starts));
}

/** The first end of a reservation behind which enough nodes are free for long enough. */
function findEarliest(fitting: readonly ClusterNode[], reservations: readonly Reservation[], { nodes, seconds, nowSeconds }: { readonly nodes: number; readonly seconds: number; readonly nowSeconds: number }): number | undefined {
  const isFree = (node: ClusterNode, from: number): boolean => !reservations.some((each) => each.nodes.includes(node.name) && each.startsAtSeconds < from + seconds && each.endsAtSeconds > from);
  const ends = reservations.map(({ endsAtSeconds }) => endsAtSeconds).filter((end) => end > nowSeconds && end < Infinity).sort((one, other) => one - other);
  return ends.find((end) => fitting.filter((node) => isFree(node, end)).length >= nodes);
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
