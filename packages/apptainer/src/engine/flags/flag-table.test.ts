import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildTable, renderTable } from "../../../../../tools/apptainer-flags/build-table.js";
import { parseEngineVersion } from "../engine-version.js";
import { readRecordings } from "./fixtures/recorded-help.js";
import { flagTable } from "./generated/flag-table.js";

const recordings = readRecordings();

describe("the table of flags", () => {
  it("is what the recorded engines say", () => {
    expect(flagTable).toEqual(buildTable(recordings));
    expect(readFileSync(new URL("generated/flag-table.ts", import.meta.url), "utf8")).toBe(renderTable(flagTable, recordings));
  });

  it("is of every minor version of Apptainer from 1.1 on", () => {
    const versions = recordings.map(({ version }) => parseEngineVersion(version)).filter(({ flavour }) => flavour === "apptainer");
    expect(versions.map(({ major, minor }) => `${major}.${minor}`)).toEqual(versions.map((_version, index) => `1.${index + 1}`));
    expect(versions.length).toBeGreaterThanOrEqual(5);
  });

  it("rests on answers that were whole", () => {
    for (const { help } of recordings) expect(help.filter(({ exitStatus }) => exitStatus !== 0)).toEqual([]);
  });
});
