import { createHash } from "node:crypto";
import { z } from "zod";

/** A submission that was begun. */
export interface BegunSubmission {
  readonly token: string;
  readonly key: string;
  readonly namespace?: string | undefined;
  readonly cluster: string;
  /** Seconds since the epoch, by this machine's clock. */
  readonly begunAtSeconds: number;
}

export type JournalRecord =
  /** `carried`: it was begun before all that stands in the same file, and was kept when that was compacted. */
  | ({ readonly kind: "begun"; readonly carried?: boolean | undefined } & BegunSubmission)
  | { readonly kind: "settled"; readonly token: string };

const recordSchema: z.ZodType<JournalRecord> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("begun"), token: z.string(), key: z.string(), namespace: z.string().optional(), cluster: z.string(), begunAtSeconds: z.number(), carried: z.boolean().optional() }),
  z.object({ kind: z.literal("settled"), token: z.string() }),
]);

const checksum = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** One line, with the checksum of what follows it. */
export function renderRecord(record: JournalRecord): string {
  const text = JSON.stringify(record);
  return `${checksum(text)} ${text}\n`;
}

/** Reads what is whole; a torn tail and lines that were damaged are left out. */
export const parseJournal = (content: string): readonly JournalRecord[] =>
  content
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => {
      const text = line.slice(17);
      if (line.slice(0, 17) !== `${checksum(text)} `) return [];
      const record = recordSchema.safeParse(JSON.parse(text));
      return record.success ? [record.data] : [];
    });

/** What was begun and not settled, in the order of its beginning. */
export function findUnsettled(records: readonly JournalRecord[]): readonly BegunSubmission[] {
  const open = new Map<string, BegunSubmission>();
  const isCarried = (record: JournalRecord): boolean => record.kind === "begun" && record.carried === true;
  for (const record of [...records.filter(isCarried), ...records.filter((each) => !isCarried(each))]) {
    open.delete(record.token);
    if (record.kind === "settled") continue;
    const { token, key, namespace, cluster, begunAtSeconds } = record;
    open.set(token, { token, key, ...(namespace !== undefined && { namespace }), cluster, begunAtSeconds });
  }
  return [...open.values()];
}
