/** A text that says something: Slurm has several words for nothing. */
export const readText = (text: string): string | undefined => (/^(?:|\(null\)|N\/A|None assigned)$/.test(text) ? undefined : text);

/** `D-HH:MM:SS`, `HH:MM:SS`, `MM:SS` or `UNLIMITED`, in seconds; what cannot be read (`INVALID`) is unknown. */
export function readDuration(text: string): number | undefined {
  if (text === "0:00") return 0;
  if (text === "UNLIMITED") return Infinity;
  const match = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = match as (string | undefined)[];
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
