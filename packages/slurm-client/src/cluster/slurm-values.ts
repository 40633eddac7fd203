import { HpckitError, parseSlurmTime } from "@hpckit/core";

/** A text that says something; Slurm has several words for nothing. */
export const readText = (text = ""): string | undefined => (/^(?:|\(null\)|N\/A|n\/a|None assigned)$/.test(text) ? undefined : text);

/** A text of Slurm's own that says something. There `None` is nothing, too; a user's text may be just that. */
export const readWord = (text = ""): string | undefined => (/^(?:NONE|None)$/.test(text) ? undefined : readText(text));

/** The entries of a list with commas between. */
export const readList = (text = ""): readonly string[] => (readWord(text) ?? "").split(",").filter((word) => word !== "");

/** A number; undefined for anything else, `UNLIMITED` too. */
export const readNumber = (text = ""): number | undefined => (/^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined);

/** A whole number that is not negative, alone. */
export const readCount = (text = ""): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

/** A time as `SLURM_TIME_FORMAT=%s` gives it, in seconds since the epoch; 0 and words such as `Unknown` are none. */
export const readEpoch = (text = ""): number | undefined => (/^[1-9]\d*$/.test(text) ? Number(text) : undefined);

/** A length of time in seconds: `1-00:00:00`, `UNLIMITED` is `Infinity`; what cannot be read (`INVALID`) is unknown. */
export function readDuration(text = ""): number | undefined {
  if (readWord(text) === undefined) return undefined;
  try {
    return parseSlurmTime(text).seconds;
  } catch (error) {
    if (error instanceof HpckitError) return undefined;
    throw error;
  }
}

/** Slurm counts memory in megabytes of 2^20 bytes. */
export const readMegabytes = (text = ""): number | undefined => {
  const megabytes = readNumber(text);
  return megabytes === undefined ? undefined : megabytes * 1024 ** 2;
};
