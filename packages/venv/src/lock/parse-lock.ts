import { OutputUnreadableError } from "@hpckit/core";
import { z } from "zod";
import { byName, normalName } from "./distribution.js";

/** One package of a lock. */
export interface LockedDistribution {
  readonly name: string;
  readonly version: string;
  /** SHA-256 in hex, of the archives that may be taken. */
  readonly sha256: readonly string[];
}

/** What was noted of a build. */
export interface BuildNote {
  readonly locked: readonly LockedDistribution[];
  /** Names of what came by address or path: no lock can promise it again. */
  readonly byAddress: readonly string[];
}

/** Read loosely: pip adds to its report from version to version. @see pip's documentation, Installation Report */
const reportSchema = z.object({
  install: z.array(
    z.object({
      is_direct: z.boolean(),
      metadata: z.object({ name: z.string(), version: z.string() }),
      download_info: z.object({ archive_info: z.object({ hash: z.string().optional(), hashes: z.record(z.string(), z.string()).optional() }).optional() }),
    }),
  ),
});

/** @throws OutputUnreadableError for what is no report of pip's. */
export function parsePipReport(text: string): BuildNote {
  const unreadable = (): OutputUnreadableError => new OutputUnreadableError("pip install --report", "no report", text);
  const parsed = reportSchema.safeParse(parseJson(text, unreadable));
  if (!parsed.success) throw unreadable();
  const { install } = parsed.data;
  return {
    locked: install
      .filter((each) => !each.is_direct)
      .map(({ metadata, download_info: { archive_info } }) => {
        const sha256 = archive_info?.hashes?.["sha256"] ?? /^sha256=(.+)$/.exec(archive_info?.hash ?? "")?.[1];
        if (sha256 === undefined) throw unreadable();
        return { ...metadata, sha256: [sha256] };
      })
      .sort(byName),
    byAddress: install.filter((each) => each.is_direct).map(({ metadata }) => metadata.name),
  };
}

function parseJson(text: string, unreadable: () => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable();
  }
}

/**
 * Reads requirements in which each has its version and its hashes, as `uv pip compile --generate-hashes` writes them.
 * @throws OutputUnreadableError for a line that is none of these.
 */
export function parseLockedRequirements(text: string): readonly LockedDistribution[] {
  const entries = text
    .replaceAll(/\\\r?\n/g, " ")
    .split("\n")
    .map((line) => line.replace(/(?:^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
  return entries.map((entry) => {
    const [, name, version, hashes] = /^([A-Za-z0-9][\w.-]*)==([^\s;]+)((?:\s+--hash=sha256:[0-9a-f]{64})+)$/.exec(entry) ?? [];
    if (name === undefined || version === undefined || hashes === undefined) throw new OutputUnreadableError("lock of an environment", "a line without a version and hashes", entry);
    return { name, version, sha256: [...hashes.matchAll(/sha256:([0-9a-f]{64})/g)].map(([, hash = ""]) => hash) };
  });
}

/** @param from - what it was made from, for people. */
export const renderLock = (locked: readonly LockedDistribution[], from: string): string =>
  [`# ${from}`, ...locked.map(({ name, version, sha256 }) => [`${name}==${version}`, ...sha256.map((hash) => `    --hash=sha256:${hash}`)].join(" \\\n")), ""].join("\n");

export const isSame = (one: { readonly name: string; readonly version: string }, other: { readonly name: string; readonly version: string }): boolean =>
  normalName(one.name) === normalName(other.name) && one.version === other.version;
