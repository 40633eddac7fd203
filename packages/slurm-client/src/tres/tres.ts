import { HpckitError, parseMemorySize } from "@hpckit/core";

/**
 * Amounts of what Slurm counts (TRES), by its names: `cpu`, `node`, `billing`, `gres/gpu`, `gres/gpu:a100`, `license/matlab`. `mem` is in
 * megabytes of 2^20 bytes, as Slurm counts it.
 * @see slurm.conf(5), AccountingStorageTRES
 */
export type Tres = Readonly<Record<string, number>>;

/** A limit, and how much of it is used. */
export interface LimitUse {
  /** Undefined without a limit. */
  readonly limit: number | undefined;
  readonly used: number;
}

export type TresUse = Readonly<Record<string, LimitUse>>;

/** Reads `cpu=4,mem=62.50G,gres/gpu:a100=2`. An amount that cannot be read is left out: it is unknown. */
export function parseTres(text = ""): Tres {
  return Object.fromEntries(
    pairsOf(text).flatMap(([name, amount]) => {
      const read = readAmount(name, amount);
      return read === undefined ? [] : [[name, read]];
    }),
  );
}

/** Reads `cpu=1000(12),mem=N(68)`, where `N` is no limit and the use stands in brackets. */
export function parseTresUse(text = ""): TresUse {
  return Object.fromEntries(
    pairsOf(text).flatMap(([name, written]) => {
      const use = parseLimitUse(written);
      return use === undefined ? [] : [[name, use]];
    }),
  );
}

/** Reads `100(2)`, `N(1)`, or `N(0.07)`; nothing where neither is written. */
export function parseLimitUse(text = ""): LimitUse | undefined {
  const match = /^(N|\d+(?:\.\d+)?)\((\d+(?:\.\d+)?)\)$/.exec(text);
  if (match === null) return undefined;
  return { limit: match[1] === "N" ? undefined : Number(match[1]), used: Number(match[2]) };
}

const pairsOf = (text: string): readonly (readonly [string, string])[] =>
  text.split(",").flatMap((word) => {
    const at = word.lastIndexOf("=");
    return at > 0 ? [[word.slice(0, at), word.slice(at + 1)] as const] : [];
  });

function readAmount(name: string, amount: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(amount)) return Number(amount);
  if (name !== "mem") return undefined;
  try {
    return parseMemorySize(amount).bytes / 1024 ** 2;
  } catch (error) {
    if (error instanceof HpckitError) return undefined;
    throw error;
  }
}
