import { readList, readNumber, readWord } from "./slurm-values.js";

/** What `scontrol show config` says, by the names of slurm.conf(5). */
export interface ConfigValues {
  /** Undefined for what is not set. */
  readonly text: (name: string) => string | undefined;
  readonly list: (name: string) => readonly string[];
  /** The number in front, whatever the unit behind it. */
  readonly number: (name: string) => number | undefined;
  /** All values of a name that is numbered, `SlurmctldHost[0]`. */
  readonly numbered: (name: string) => readonly string[];
  /** Whether a setting is on; `Yes` and `1` are. */
  readonly isOn: (name: string) => boolean;
}

/** Slurm writes `Name = value`, aligned. */
export function parseConfig(printed: string): ConfigValues {
  const values = new Map<string, string>();
  for (const [, name = "", value = ""] of printed.matchAll(/^([\w[\]]+)\s*=[ \t]*(.*)$/gm)) values.set(name, value.trim());
  return {
    text: (name) => readWord(values.get(name)),
    list: (name) => readList(values.get(name)?.toLowerCase() === "none" ? "" : values.get(name)),
    number: (name) => readNumber(values.get(name)?.split(" ")[0]),
    numbered: (name) => [...values].filter(([each]) => each.startsWith(`${name}[`)).map(([, value]) => value),
    isOn: (name) => /^(?:yes|1)$/i.test(values.get(name) ?? ""),
  };
}
