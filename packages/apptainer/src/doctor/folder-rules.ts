import { formatSlurmMemory } from "@hpckit/core";
import { isEngineSafe } from "../image/engine-safe.js";
import type { ApptainerFinding } from "./apptainer-finding.js";
import type { DoctorSettings } from "./doctor-options.js";
import type { Report } from "./report.js";

/** Where images are extracted, built and cached. */
export const judgeFolders = (report: Report, settings: DoctorSettings): readonly ApptainerFinding[] => [
  ...judgeTemporary(report, settings),
  ...judgeCache(report, settings),
  ...judgeQuota(report),
  ...judgeSession(report, settings),
];

function judgeTemporary(report: Report, settings: DoctorSettings): readonly ApptainerFinding[] {
  const path = report.first("temporary") ?? "/tmp";
  const fix = "name another in APPTAINER_TMPDIR: on a local disk, with room, where programs may run";
  if (!report.is("temporary-exists") || !report.is("temporary-writable")) {
    return [{ code: "temporary-folder-unusable", severity: "error", cause: "The engine has nowhere to build or extract an image.", observed: `${path} ${report.is("temporary-exists") ? "cannot be written" : "is not there"}`, fix }];
  }
  const findings: ApptainerFinding[] = [];
  if (!isEngineSafe(path)) {
    findings.push({ code: "temporary-folder-unusable", severity: "error", cause: "The engine divides the path of its temporary folder, and hands it to a shell unquoted: builds and pulls fail.", observed: path, fix: "name one without quotes, commas, colons, $, `, ; and their like in APPTAINER_TMPDIR" });
  }
  if (options(report, "temporary").includes("noexec")) {
    findings.push({ code: "temporary-folder-noexec", severity: "warning", cause: "Of what is extracted there no program runs: builds from definitions fail, and images where nothing mounts them.", observed: `${path} is mounted noexec`, fix });
  }
  const free = freeBytes(report, "temporary");
  if (free !== undefined && free < settings.free.bytes) {
    findings.push({ code: "temporary-folder-small", severity: "warning", cause: "A build needs there about three times what the image has.", observed: roomOf(path, free), fix });
  }
  if (/^(?:tmpfs|ramfs)$/.test(report.first("temporary-type") ?? "")) {
    findings.push({ code: "temporary-folder-in-memory", severity: "note", cause: "What is built there takes memory, which in a job counts as the job's own.", observed: `${path} is a ${report.first("temporary-type") ?? ""}`, fix });
  }
  return findings;
}

const network = /^(?:nfs\d?|lustre|gpfs|beegfs\w*|cifs|smb\w*|ceph|fuse\.(?:ceph|glusterfs|sshfs|weka)\w*|panfs|wekafs|orangefs|afs)$/;

function judgeCache(report: Report, settings: DoctorSettings): readonly ApptainerFinding[] {
  const path = report.first("cache") ?? "";
  if (!report.is("cache-writable")) {
    return [{ code: "cache-unusable", severity: "warning", cause: "Pulls by hand fail. An image store has a cache of its own.", observed: `${path} cannot be written`, fix: "name another in APPTAINER_CACHEDIR" }];
  }
  const type = report.first("cache-type") ?? "";
  const free = freeBytes(report, "cache");
  return [
    ...(network.test(type) ? [{ code: "cache-on-network", severity: "warning", cause: "Pulls at once into one cache fail, and on network file systems they can hang.", observed: `${path} lies on ${type}`, fix: "pull through an image store, in which every pull has a cache of its own; or name a local folder in APPTAINER_CACHEDIR" } as const] : []),
    ...(free !== undefined && free < settings.free.bytes ? [{ code: "cache-small", severity: "warning", cause: "A pull keeps there what it has fetched, and the image.", observed: roomOf(path, free), fix: "apptainer cache clean, or name another in APPTAINER_CACHEDIR" } as const] : []),
  ];
}

function judgeQuota(report: Report): readonly ApptainerFinding[] {
  const told = report.first("quota");
  return told === undefined ? [] : [{ code: "over-quota", severity: "warning", cause: "The account may soon, or already, write nothing more.", observed: told, fix: "remove what is not needed, or ask for more; `quota -s` shows it" }];
}

function judgeSession(report: Report, { writesInside }: DoctorSettings): readonly ApptainerFinding[] {
  const mebibytes = Number(report.first("session-mib") ?? NaN);
  if (!(mebibytes * 2 ** 20 < writesInside.bytes)) return [];
  return [{
    code: "session-folder-small", severity: "error",
    cause: "A contained home or /tmp, and a writable tmpfs, hold no more than the session folder may.",
    observed: `sessiondir max size = ${mebibytes} (MiB) in ${report.first("settings") ?? "apptainer.conf"}`,
    fix: "mount a folder for what the command writes, or ask for a larger sessiondir max size",
  }];
}

const options = (report: Report, key: string): readonly string[] => (report.first(`${key}-options`) ?? "").split(",");

function freeBytes(report: Report, key: string): number | undefined {
  const kibibytes = report.first(`${key}-free`);
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

const roomOf = (path: string, free: number): string => `${formatSlurmMemory({ bytes: free })} is free in ${path}`;
