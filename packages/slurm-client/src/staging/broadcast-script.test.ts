import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyLayers, commandLine, compose, expand, OptionsError, renderScript } from "@hpckit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { broadcastFile } from "./broadcast-file.js";
import type { BroadcastOptions } from "./broadcast-options.js";
import { acceptCopy, broadcastStatuses } from "./broadcast-script.js";
import { refusalsIn } from "./broadcast-to-nodes.js";

const digest = `${createHash("sha256").update("whole").digest("hex")}  -`;

describe.each(shells)("a copy that came to a node, in %s", (shell) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hpckit copy'-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const accept = (options: BroadcastOptions, mark: string) => runShell(shell, commandLine([shell, "-c", acceptCopy(options).shell, "sh", join(folder, "part"), join(folder, "name"), mark]), { env: { ...process.env, SLURMD_NODENAME: "c1" } });
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);

  it("gets its name when it is whole, by its digest or its size", () => {
    put("part", "whole");
    expect(accept({}, digest).status).toBe(0);
    expect(readdirSync(folder)).toEqual(["name"]);
    put("part", "other");
    expect(accept({ verify: "size", force: true }, "5").status).toBe(0);
    expect(readFileSync(join(folder, "name"), "utf8")).toBe("other");
  });

  it("is removed when it is not whole, and leaves what is there as it is", () => {
    put("part", "hole");
    put("name", "old");
    expect(accept({ force: true }, digest)).toMatchObject({ status: broadcastStatuses.notWhole, stderr: expect.stringMatching(/^hpckit: c1: .*did not arrive whole$/m) as string });
    put("part", "whole");
    expect(accept({}, digest)).toMatchObject({ status: broadcastStatuses.exists, stderr: expect.stringContaining("force replaces it") as string });
    expect(readdirSync(folder)).toEqual(["name"]);
    expect(readFileSync(join(folder, "name"), "utf8")).toBe("old");
    expect(accept({}, digest).status).toBe(broadcastStatuses.notWhole);
  });

  it.each([{}, { force: true }])("never goes into a folder of that name: %j", (options) => {
    put("part", "whole");
    mkdirSync(join(folder, "name"));
    expect(accept(options, digest).status).toBe(broadcastStatuses.exists);
    expect(readdirSync(join(folder, "name"))).toEqual([]);
  });
});

it("a broadcast says what sbcast is to do, and refuses paths that are not absolute", () => {
  const launch = applyLayers(compose(["true"]), [broadcastFile("/shared/it's", expand("$SLURM_TMPDIR/x"), { preserve: true, compress: true })]);
  expect(renderScript(launch).text).toContain('sbcast --force --preserve --compress=lz4 -- "$hpckit_from" "$hpckit_part"');
  expect(() => broadcastFile("relative", "/x")).toThrow(OptionsError);
  expect(() => broadcastFile("/x", "relative")).toThrow(OptionsError);
  expect(() => broadcastFile("/x", "/y", { forced: true } as object)).toThrow('did you mean "force"?');
});

it("what sbcast says of nodes is read as it was seen", () => {
  expect(refusalsIn("sbcast: error: REQUEST_FILE_BCAST(c2): File exists\nsbcast: error: REQUEST_FILE_BCAST(c1): Unspecified error\n")).toEqual({ c2: "File exists", c1: "Unspecified error" });
});
