/** Generic resources of one kind. */
export interface Gres {
  readonly name: string;
  /** E.g. `a100`. */
  readonly type: string | undefined;
  readonly count: number;
}

/**
 * Reads `gpu:a100:4(S:0-1),shard:8`; what stands in brackets says where on the node they are. Of `no_consume` there is so much, however much is
 * given away. An entry that cannot be read is left out.
 * @see slurm.conf(5), Gres
 */
export function parseGres(text = ""): readonly Gres[] {
  return text.replaceAll(/\([^)]*\)/g, "").split(",").flatMap((word) => {
    const match = /^([^:=\s]+?)(?::([^:=\s]*?))??(?::(\d+)([KMGTP]?))?$/i.exec(word.replace(/:no_consume(?=:|$)/i, ""));
    const name = match?.[1];
    if (name === undefined || name === "N/A") return [];
    const count = Number(match?.[3] ?? 1) * 1024 ** " KMGTP".indexOf(match?.[4] === undefined || match[4] === "" ? " " : match[4].toUpperCase());
    return [{ name, type: match?.[2] === "" ? undefined : match?.[2], count }];
  });
}

/** How many of a kind there are; of any type unless one is named. */
export const countGres = (all: readonly Gres[], { name, type }: Pick<Gres, "name" | "type">): number =>
  all.reduce((sum, each) => (each.name === name && (type === undefined || each.type === type) ? sum + each.count : sum), 0);
