import { OutputUnreadableError, sh, type ShellExpression } from "@hpckit/core";

/** What `conda activate` would find in a prefix. */
export interface FoundCondaPrefix {
  /** Behind all links. */
  readonly folder: string;
  /** Scripts that packages want to be sourced, in order. */
  readonly scripts: readonly string[];
  /** Texts in JSON, each with variables; a later one counts more. */
  readonly variables: readonly string[];
}

/**
 * Reports a prefix in lines; names and texts in hexadecimal, since they may hold anything.
 * @see the documentation of conda: Managing environments (activate.d, env_vars.d); people's own variables are in conda-meta/state
 */
export const renderLook = (place: string): ShellExpression => sh`
  LC_ALL=C
  hpckit_hex() { od -An -v -tx1 | tr -d ' \n'; }
  hpckit_folder=$(readlink -f -- ${place}) || hpckit_folder=
  if [ -z "$hpckit_folder" ] || [ ! -d "$hpckit_folder/conda-meta" ]; then echo absent; exit 0; fi
  printf 'folder %s\n' "$(printf %s "$hpckit_folder" | hpckit_hex)"
  touch -c -- "$hpckit_folder/.hpckit/used" 2>/dev/null || :
  for hpckit_file in "$hpckit_folder"/etc/conda/activate.d/*.sh; do
    if [ -r "$hpckit_file" ]; then printf 'script %s\n' "$(printf %s "$hpckit_file" | hpckit_hex)"; fi
  done
  for hpckit_file in "$hpckit_folder"/etc/conda/env_vars.d/*.json "$hpckit_folder/conda-meta/state"; do
    if [ -s "$hpckit_file" ]; then printf 'variables %s\n' "$(hpckit_hex < "$hpckit_file")"; fi
  done
  echo end
`;

/** @returns undefined where no prefix is. @throws OutputUnreadableError if a line is no report, or the end is missing. */
export function parseCondaPrefix(stdout: string): FoundCondaPrefix | undefined {
  if (stdout === "absent\n") return undefined;
  const [, folder, rest] = /^folder ([0-9a-f]+)\n((?:(?:script|variables) [0-9a-f]+\n)*)end\n$/.exec(stdout) ?? [];
  if (folder === undefined || rest === undefined) throw new OutputUnreadableError("look at a conda prefix", "no whole report", stdout);
  const all = (word: string): readonly string[] => [...rest.matchAll(new RegExp(`^${word} (.+)$`, "gm"))].map(([, hex = ""]) => text(hex));
  return { folder: text(folder), scripts: all("script"), variables: all("variables") };
}

const text = (hex: string): string => Buffer.from(hex, "hex").toString("utf8");

/**
 * The variables in one of the JSON texts: a file of env_vars.d is an object of them, conda-meta/state has them under `env_vars`.
 * @throws OutputUnreadableError for what is none.
 */
export function variablesIn(json: string): readonly (readonly [string, string])[] {
  const unreadable = (): OutputUnreadableError => new OutputUnreadableError("variables of a conda prefix", "no JSON object of texts", json);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw unreadable();
  }
  if (!isObject(parsed)) throw unreadable();
  const variables = "env_vars" in parsed ? parsed["env_vars"] : parsed;
  if (!isObject(variables)) throw unreadable();
  return Object.entries(variables).map(([name, value]) => {
    if (typeof value !== "string") throw unreadable();
    return [name, value] as const;
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
