import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expand, OptionsError } from "@hpckit/core";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigError } from "../config/config-error.js";
import { loadConfig } from "../config/load-config.js";
import type { Layer } from "../layer/layer.js";
import { variableNames } from "../schema/fields.js";
import { loadSiteProfile, parseSiteProfile, siteProfile } from "./read-site-profile.js";
import { siteShape } from "./site-schema.js";

const examples = fileURLToPath(new URL("../../../../docs/examples/sites/", import.meta.url));
const names = readdirSync(examples).filter((file) => file.endsWith(".yaml"));
const folder = mkdtempSync(join(tmpdir(), "site-"));
afterAll(() => rmSync(folder, { recursive: true }));

const issuesOf = async (text: string): Promise<readonly string[]> => {
  const error: unknown = await parseSiteProfile(text, { file: "x.yaml" }).catch((thrown: unknown) => thrown);
  return error instanceof ConfigError ? error.issues.map(({ path, message, line }) => `${line ?? "-"} ${path}: ${message}`) : expect.unreachable("it was accepted");
};

describe("the written examples", () => {
  it.each(names)("%s is a profile, and its paths can be used", async (file) => {
    const profile = await loadSiteProfile(join(examples, file));
    expect(`${profile.name}.yaml`).toBe(file);
    for (const { path } of [profile.home, profile.scratch, ...Object.values(profile.folders ?? {})].flatMap((each) => each ?? [])) expect(expand(path).shell).not.toBe("");
  });

  it("use every field together", async () => {
    const all = await Promise.all(names.map((file) => loadSiteProfile(join(examples, file))));
    const used = new Set(all.flatMap((profile) => Object.entries(profile).flatMap(([name, value]: [string, unknown]) => [name, ...(typeof value === "object" && value !== null ? Object.keys(value).map((inner) => `${name}.${inner}`) : [])])));
    const fields = variableNames(siteShape).filter((field) => !/^(?:home|scratch)\./.test(field));
    expect(fields.filter((field) => !used.has(field))).toEqual([]);
  });
});

describe("a site profile", () => {
  it("reads sizes, and leaves out what is unknown", () => {
    expect(siteProfile({ name: "lab", scratch: { path: "$SCRATCH/x", quota: "2T" } })).toEqual({ name: "lab", scratch: { path: "$SCRATCH/x", quota: { bytes: 2 * 1024 ** 4 } } });
  });

  it("takes a text, a file, and no unknown option", async () => {
    await expect(parseSiteProfile(undefined as never)).rejects.toThrow("parseSiteProfile: nothing was given; it takes a text");
    await expect(parseSiteProfile("name: x", { fil: "x" } as never)).rejects.toThrow('did you mean "file"?');
    await expect(loadSiteProfile({} as never)).rejects.toThrow("loadSiteProfile: the path of a file, or its URL");
  });

  it("names everything that is wrong at once, with its line and the field that was meant", async () => {
    const found = await issuesOf("name: lab\nslurm:\n  version: 24.11\n  binfolder: /usr/bin\nscratch:\n  path: scratch\n  quota: 20\nlogin:\n  hosts: [a, 'b c']\n");
    expect([...found].sort()).toEqual([
      expect.stringContaining('3 slurm.version: text in quotes, e.g. "24.11.5"'),
      expect.stringContaining('4 slurm.binfolder: unknown option; did you mean "binFolder"?'),
      expect.stringContaining("6 scratch.path: an absolute path, or one that begins with a variable"),
      expect.stringContaining("7 scratch.quota: an amount of memory is a text"),
      expect.stringContaining("9 login.hosts.1: the name or address of a host"),
    ]);
    expect(await issuesOf("slurm: {}\n")).toEqual([expect.stringContaining("name: is missing")]);
    expect(await issuesOf("name: [\n")).toEqual([expect.stringContaining("not YAML")]);
    expect(() => siteProfile({ name: "a b" })).toThrow(OptionsError);
    await expect(loadSiteProfile(join(folder, "gone.yaml"))).rejects.toThrow("there is no such file");
  });

  it.each(["/a/${USER}", "$", "~/x", "/a$(id)", "/a\nb", "", "relative", "/a/$1"])("refuses the path %j, which could not be used as it is", (path) => {
    expect(() => siteProfile({ name: "x", scratch: { path } })).toThrow("scratch.path");
  });
});

describe("a site profile as a layer", () => {
  const schema = z.strictObject({ SCRATCH_ROOT: z.string(), MPI: z.string().default("none"), PARTITION: z.string(), QUOTA: z.string().optional(), BUILDS: z.string().optional() });
  const layer = (variables: Record<string, string>): Layer => ({ name: "site", profile: join(examples, "keeling.yaml"), variables });
  const load = async (variables: Record<string, string>) => loadConfig({ schema, layers: [{ name: "default", values: { PARTITION: "standard", SCRATCH_ROOT: "/tmp" } }, layer(variables)] });

  it("gives its values under declared names, with file and line", async () => {
    const config = await load({ SCRATCH_ROOT: "scratch.path", PARTITION: "partitions.automated", MPI: "mpi.type", QUOTA: "home.quota", BUILDS: "scratch.group" });
    expect(config.values).toEqual({ SCRATCH_ROOT: "/data/scratch/$USER", PARTITION: "standard", MPI: "pmix", QUOTA: "50G" });
    const line = readFileSync(join(examples, "keeling.yaml"), "utf8").split("\n").indexOf("  path: /data/scratch/$USER") + 1;
    expect(config.explain("SCRATCH_ROOT")).toMatchObject({ layer: "site", file: join(examples, "keeling.yaml"), line, overrode: [{ layer: "default", value: "/tmp" }] });
  });

  it("says which field or variable there is not, and what is wrong with the file", async () => {
    await expect(load({ SCRATCH_ROOT: "scratch.pth" })).rejects.toThrow('SCRATCH_ROOT: takes "scratch.pth", which no site profile has; did you mean "scratch.path"?, in layer site');
    await expect(load({ SCRATCH: "scratch.path" })).rejects.toThrow("SCRATCH: unknown variable");
    const wrong = join(folder, "wrong.yaml");
    writeFileSync(wrong, "name: x\nmpi: { typ: pmix }\n");
    await expect(loadConfig({ schema, layers: [{ name: "site", profile: wrong, variables: {} }] })).rejects.toThrow(`mpi.typ: unknown option; did you mean "type"?, in layer site (${wrong}:2)`);
    await expect(loadConfig({ schema, layers: [{ name: "site", profile: "gone.yaml", variables: {} }], folder })).rejects.toThrow("there is no such file");
  });
});
