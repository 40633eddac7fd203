import { UsageError } from "../../system/src/index.js";

/** The Slurm release lines that a real cluster can be had of: one Debian suite each. */
export const SERIES = ["22.05", "24.11", "newest"] as const;
export type Series = (typeof SERIES)[number];

/** What a series is built from and what its programs can do. The exact version is read at run time: `newest` moves. */
export interface SeriesFacts {
  readonly suite: "bookworm" | "trixie" | "sid";
  readonly hasApptainer: boolean;
  /** OpenSSH from 9.8 punishes addresses that fail to sign in; every client here shares one address. */
  readonly sshdHasPenalties: boolean;
}

export const SERIES_FACTS: Readonly<Record<Series, SeriesFacts>> = {
  "22.05": { suite: "bookworm", hasApptainer: false, sshdHasPenalties: false },
  "24.11": { suite: "trixie", hasApptainer: false, sshdHasPenalties: true },
  newest: { suite: "sid", hasApptainer: true, sshdHasPenalties: true },
};

export function parseSeries(text: string): Series {
  const series = SERIES.find((known) => known === text);
  if (series === undefined) throw new UsageError(`unknown version "${text}": choose ${SERIES.join(", ")}`);
  return series;
}

/** The name of a cluster whose owner chose none: `slurm-24-11`. Slurm takes no dots in a cluster's name. */
export function defaultClusterName(series: Series): string {
  return `slurm-${series.replace(".", "-")}`;
}

/** Slurm's cluster names are folded to lower case in the database, and become host and folder names here. */
export function checkClusterName(name: string): string {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
    throw new UsageError(`"${name}" is no cluster name: a lower-case letter, then up to 31 letters, digits or hyphens`);
  }
  return name;
}
