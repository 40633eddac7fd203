/** More names than this are no list of nodes of one cluster. */
const mostNames = 200_000;

/**
 * The names of a list of nodes in Slurm's short form, `c[1-3,07-09],gpu1`, in its order.
 * @see scontrol(1), `show hostnames`
 * @returns undefined for what is no such list.
 */
export function expandNodeList(text: string): readonly string[] | undefined {
  const parts = splitOutside(text);
  if (parts.join(",") !== text) return undefined;
  const names: string[] = [];
  for (const part of parts) {
    const expanded = expandPart(part);
    if (expanded === undefined || names.length + expanded.length > mostNames) return undefined;
    names.push(...expanded);
  }
  return names;
}

/** Commas inside of brackets are of the ranges. */
const splitOutside = (text: string): readonly string[] => text.match(/(?:\[[^\]]*\]|[^,[\]])+/g) ?? [];

function expandPart(part: string): readonly string[] | undefined {
  let names = [""];
  for (const [piece] of part.matchAll(/\[[^\]]*\]|[^[\]]+/g)) {
    const choices = piece.startsWith("[") ? expandRanges(piece.slice(1, -1)) : [piece];
    if (choices === undefined || names.length * choices.length > mostNames) return undefined;
    names = names.flatMap((name) => choices.map((choice) => name + choice));
  }
  return names;
}

/** Numbers keep the width that they are written with: `[08-10]` is 08, 09, 10. */
function expandRanges(text: string): readonly string[] | undefined {
  const all: string[] = [];
  for (const range of text.split(",")) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(range);
    if (match === null) return undefined;
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (last < first || last - first > mostNames) return undefined;
    const width = match[1]?.length ?? 1;
    for (let number = first; number <= last; number++) all.push(String(number).padStart(width, "0"));
  }
  return all;
}
