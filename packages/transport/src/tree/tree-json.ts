import { OptionsError, parseOptions, type RemotePath } from "@hpckit/core";
import { z } from "zod";
import { snapshotSchema } from "./tree-schemas.js";
import type { TreeSnapshot } from "./tree-snapshot.js";

/** Names that are not UTF-8 stand as base64. */
const writtenPath: z.ZodType<RemotePath> = z.union([z.string(), z.strictObject({ base64: z.base64() }).transform(({ base64 }) => new Uint8Array(Buffer.from(base64, "base64")))]);

const writtenSnapshot = snapshotSchema(writtenPath);

/** A snapshot as JSON, to be kept until the difference is asked for. */
export function formatTreeSnapshot(snapshot: TreeSnapshot): string {
  return JSON.stringify(snapshot, (_, value: unknown) => (value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value));
}

/** The other way round. @throws OptionsError for what {@link formatTreeSnapshot} has not written. */
export function parseTreeSnapshot(text: string): TreeSnapshot {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new OptionsError("snapshot", [{ path: "", message: `it is no JSON: ${(cause as Error).message}` }], { cause });
  }
  const snapshot = parseOptions(writtenSnapshot, value, "snapshot");
  return { ...snapshot, entries: snapshot.entries.map((entry) => ({ ...entry, target: entry.target, sha256: entry.sha256 })) };
}
