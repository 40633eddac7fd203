import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { SlurmVersion } from "../../cluster/slurm-version.js";
import { knownOptions, optionsMeant } from "./known-options.js";
import { optionRows } from "./option-table.js";
import { missingIn } from "../../cluster/release.js";
import { unofferedOptions } from "./unoffered-options.js";

/** What `sbatch` of each release has, from its sources; 22.05.8, 24.11.5 and 26.05.5 were also asked. Without releases: all of them. */
interface RecordedOption {
  readonly name: string;
  readonly releases?: readonly string[];
}

const releases = ["22.05", "23.02", "23.11", "24.05", "24.11", "25.05", "25.11", "26.05"];
const recorded = JSON.parse(readFileSync(new URL("../fixtures/sbatch-options.json", import.meta.url), "utf8")) as readonly RecordedOption[];

const version = (release: string): SlurmVersion => {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return { major, minor, patch: 0, text: `${release}.0` };
};

describe("the options of sbatch", () => {
  it("each have a field, or a reason for none; and there are no others", () => {
    expect(recorded).toHaveLength(121);
    expect([...knownOptions.keys()].sort()).toEqual(recorded.map(({ name }) => name).sort());
  });

  it("are said by one field at most", () => {
    const said = optionRows.flatMap(([, { names }]) => names);
    expect(new Set(said).size).toBe(said.length);
    expect(said.filter((name) => name in unofferedOptions)).toEqual([]);
  });

  it("are known to be where they are", () => {
    // One has a gap: --export-file is not in 23.11. It is never sent.
    const gap = (name: string, release: string): boolean => name === "export-file" && release === "23.11";
    const known = recorded.map(({ name }) => ({ name, releases: releases.filter((release) => !gap(name, release) && missingIn(knownOptions.get(name) ?? {}, version(release)) === undefined) }));
    expect(known).toEqual(recorded.map(({ name, releases: there = releases }) => ({ name, releases: there })));
  });
});

describe("the options that sbatch takes a word for", () => {
  it.each([
    ["extra", "22.05", ["extra-node-info"]],
    ["extra", "23.02", ["extra"]],
    ["tim", "26.05", ["time", "time-min"]],
    ["time", "26.05", ["time"]],
    ["spread", "24.11", ["spread-job"]],
    ["spread", "26.05", ["spread-job", "spread-segments"]],
    ["of-a-plugin", "26.05", []],
  ])("--%s on %s", (word, release, meant) => {
    expect(optionsMeant(word, version(release))).toEqual(meant);
  });
});
