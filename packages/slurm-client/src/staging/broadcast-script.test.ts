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

/** Copies as sbcast does, on one node, and fails afterwards if it is told to. */
const sbcast = `#!/bin/sh
while [ "$1" != -- ]; do shift; done
echo "$3" >>"$NAMES"
[ ! -e "$3" ] && cp "$2" "$3"
exit "\${FAILS-0}"
`;
const srun = `#!/bin/sh
while [ "$1" != /bin/sh ]; do shift; done
exec "$@"
`;

describe.each(shells)("a broadcast before the command, in %s", (shell) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hpckit broadcast'-"));
    mkdirSync(join(folder, "bin"));
    for (const [name, text] of Object.entries({ sbcast, srun })) writeFileSync(join(folder, "bin", name), text, { mode: 0o755 });
    mkdirSync(join(folder, "node"));
    writeFileSync(join(folder, "original"), "whole");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const run = (options: BroadcastOptions = {}, env: Readonly<Record<string, string>> = {}) => {
    const launch = applyLayers(compose(["echo", "reached"]), [broadcastFile(join(folder, "original"), join(folder, "node/x"), options)]);
    return runShell(shell, renderScript(launch).text, { env: { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`, SLURM_JOB_ID: "77", SLURM_JOB_NUM_NODES: "1", NAMES: join(folder, "names"), ...env } });
  };

  it("goes aside under another name each time, and comes under its own", () => {
    expect(run()).toMatchObject({ status: 0, stdout: "reached\n" });
    expect(run({ force: true })).toMatchObject({ status: 0, stdout: "reached\n" });
    expect(readdirSync(join(folder, "node"))).toEqual(["x"]);
    const [one, other] = readFileSync(join(folder, "names"), "utf8").trim().split("\n");
    expect(one).toMatch(/\/x\.hpckit-77-\w{10}$/);
    expect(other).not.toBe(one);
  });

  it("leaves no copy behind that did not come to every node, or may not have its name", () => {
    expect(run({}, { FAILS: "17" })).toMatchObject({ status: broadcastStatuses.notWhole, stdout: "", stderr: expect.stringContaining("is its folder on each of them") as string });
    expect(readdirSync(join(folder, "node"))).toEqual([]);
    writeFileSync(join(folder, "node/x"), "old");
    expect(run()).toMatchObject({ status: broadcastStatuses.exists, stdout: "" });
    expect(readdirSync(join(folder, "node"))).toEqual(["x"]);
  });
});

it("a broadcast says what sbcast is to do, and refuses paths that are not absolute", () => {
  const launch = applyLayers(compose(["true"]), [broadcastFile("/shared/it's", expand("$SLURM_TMPDIR/x"), { preserve: true, compress: true })]);
  expect(renderScript(launch).text).toContain('sbcast --preserve --compress=lz4 -- "$hpckit_from" "$hpckit_part"');
  expect(() => broadcastFile("relative", "/x")).toThrow(OptionsError);
  expect(() => broadcastFile("/x", "relative")).toThrow(OptionsError);
  expect(() => broadcastFile("/x", "/y", { forced: true } as object)).toThrow('did you mean "force"?');
});

it("what sbcast says of nodes is read as it was seen", () => {
  expect(refusalsIn("sbcast: error: REQUEST_FILE_BCAST(c2): File exists\nsbcast: error: REQUEST_FILE_BCAST(c1): Unspecified error\n")).toEqual({ c2: "File exists", c1: "Unspecified error" });
});
