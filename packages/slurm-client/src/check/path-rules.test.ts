import { compose } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { jobSpecSchema } from "../spec/job-spec-schema.js";
import { planTrial } from "../submit/submission-plan.js";
import { pathsOf, placesOf, readLetters } from "./job-paths.js";
import { checkPaths } from "./path-rules.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };
const context = { facts: { folder: "/home/alice", name: "main" }, stateFolder: "/home/alice/.hpckit", patience: { heartbeatMs: 1000 }, bell: false };

/** What is found of a job where these places are as their letters say, and nothing else is there but the home. */
function findings(input: object, places: Readonly<Record<string, string>> = {}): readonly string[] {
  const spec = jobSpecSchema.parse({ launch, ...input });
  const paths = pathsOf(spec, planTrial(spec, context));
  const letters: Readonly<Record<string, string>> = { "/home/alice": "edrwx", "/dev": "edrx", "/dev/null": "erw", ...places };
  return checkPaths(paths, new Map(placesOf(paths).map((place) => [place, readLetters(letters[place] ?? "")]))).map(({ kind, severity, field, message }) => `${kind} ${severity} ${field}: ${message}`);
}

const brief = (...given: Parameters<typeof findings>): readonly string[] => findings(...given).map((text) => text.split(":")[0] ?? "");

describe("what a job's files and folders say of it", () => {
  it.each<Parameters<typeof findings>>([
    [{}],
    [{ output: "/dev/null", error: "err", input: "none" }],
    [{ output: "out" }, { "/home/alice/out": "erw" }],
    [{ output: "/shared/out" }, { "/shared": "edrx", "/shared/out": "erw" }],
    [{ output: "/scratch/x" }, { "/scratch": "edwx" }],
    [{ output: "%j/out", input: "in-%a" }],
    [{ input: "in", nodeFile: "/etc/nodes", burstBufferFile: "/etc/bb" }, { "/home/alice/in": "er", "/etc/nodes": "er", "/etc/bb": "er" }],
  ])("is nothing of %j with %j", (spec, places) => {
    expect(findings(spec, places)).toEqual([]);
  });

  it.each<[...Parameters<typeof findings>, readonly string[]]>([
    [{ output: "/etc/x.out" }, { "/etc": "edrx" }, ["file-unwritable never-starts output"]],
    [{ output: "/etc/%j.out", error: "/etc/%j.err" }, { "/etc": "edrx" }, ["file-unwritable never-starts output"]],
    [{ output: "out" }, { "/home/alice/out": "edrwx" }, ["file-unwritable never-starts output"]],
    [{ error: "err" }, { "/home/alice/err": "er" }, ["file-unwritable never-starts error"]],
    [{ workFolder: "/scratch/50%" }, { "/scratch/50%": "edrx" }, ["file-unwritable never-starts output"]],
    [{ output: "logs/%j", error: "logs/x" }, {}, ["folder-missing refused output"]],
    [{ output: "logs/%j" }, { "/home/alice/logs": "edrw" }, ["folder-closed refused output"]],
    [{ output: "logs/%j" }, { "/home/alice/logs": "er" }, ["folder-missing refused output"]],
    [{ workFolder: "/nowhere", output: "%j.out", error: "logs/err" }, {}, ["folder-missing refused workFolder", "folder-missing refused error"]],
    [{ workFolder: "/closed" }, { "/closed": "edr" }, ["folder-closed refused workFolder"]],
    [{ input: "in" }, {}, ["file-unreadable never-starts input"]],
    [{ input: "/in" }, { "/in": "ew" }, ["file-unreadable never-starts input"]],
    [{ input: "/in" }, { "/in": "edrx" }, ["file-unreadable note input"]],
    [{ nodeFile: "/nodes", burstBufferFile: "/bb" }, { "/nodes": "edrx" }, ["file-unreadable refused nodeFile", "file-unreadable refused burstBufferFile"]],
    [{ components: [{ ntasks: 1 }, { nodeFile: "/nodes" }] }, { "/nodes": "ew" }, ["file-unreadable refused components.1.nodeFile"]],
    [{ launch: compose(["true"], [], { cwd: "run" }) }, {}, ["folder-missing note launch"]],
  ])("of %j with %j is %j", (spec, places, expected) => {
    expect(brief(spec, places)).toEqual(expected);
  });

  it("names the place, and what Slurm does", () => {
    expect(findings({ output: "/etc/x.out" }, { "/etc": "edrx" })[0]).toContain("this user may make no file in the folder /etc: Slurm fails the job");
    expect(findings({ output: "50%%/x" })[0]).toContain("there is no folder /home/alice/50%: make it first; Slurm would lose its output");
    expect(findings({ workFolder: "/nowhere" })[0]).toContain("Slurm would run the job in /tmp");
  });
});
