/** Features that a constraint names, and whether a node's satisfy it. */
export interface Constraint {
  readonly features: readonly string[];
  readonly matches: (features: readonly string[]) => boolean;
}

/**
 * Understands features that are joined by `&` (or a comma), or by `|`.
 * @returns undefined for all else (brackets, counts, both of them together): Slurm decides about those.
 * @see sbatch(1), `--constraint`
 */
export function parseConstraint(text: string): Constraint | undefined {
  const all = text.split(/[&,]/).map((word) => word.trim());
  const any = text.split("|").map((word) => word.trim());
  const isName = (word: string): boolean => /^[\w.+:-]+$/.test(word);
  if (all.every(isName)) return { features: all, matches: (features) => all.every((name) => features.includes(name)) };
  if (any.every(isName)) return { features: any, matches: (features) => any.some((name) => features.includes(name)) };
  return undefined;
}
