import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { OptionsError, Secret, secret } from "@hpckit/core";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import type { Layer } from "../layer/layer.js";
import { secretValue } from "../secret/secret-value.js";
import { ConfigError } from "./config-error.js";
import { loadConfig } from "./load-config.js";

const folder = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string, mode = 0o644): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const values = (given: Record<string, unknown>, name = "values"): Layer => ({ name, values: given });

async function issuesOf(schema: z.ZodObject, layers: readonly Layer[]): Promise<readonly string[]> {
  const error = await loadConfig({ schema, layers, folder }).then(() => expect.unreachable("it was accepted"), (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect(error).toBeInstanceOf(OptionsError);
  return (error as ConfigError).issues.map(({ path, message }) => `${path}: ${message}`);
}

describe("loadConfig", () => {
  it("lays layers over each other, whatever they are written in, with the types of the schema", async () => {
    file("default.yaml", "PARTITION: standard\nCPUS: 8\nresources:\n  memory: 1G\n  nodes: 1\nLIST: [a, b]\n");
    file("site/keeling.json", '{\n\t"PARTITION": "sesempi",\n\t"resources": { "memory": "2G" }, "LIST": ["c"]\n}');
    file("main.env", "# deployment\nexport CPUS=16\nDEBUG='yes'\n");
    const schema = z.strictObject({
      PARTITION: z.string(), CPUS: z.number().int(), DEBUG: z.boolean(), LIST: z.array(z.string()), LOG: z.string().default("info"), NOTE: z.string().optional(),
      resources: z.strictObject({ memory: z.string(), nodes: z.number() }),
    });
    const layers: Layer[] = ["default.yaml", "site/keeling.json", { name: "deployment", file: "main.env" }, { name: "user", file: "none.yaml", optional: true }, { name: "process", environment: { APP_CPUS: "32", PATH: "/bin" }, prefix: "APP_" }];
    const config = await loadConfig({ schema, layers, folder });
    const cpus: number = config.values.CPUS;
    expect(config.values).toEqual({ PARTITION: "sesempi", CPUS: cpus, DEBUG: true, LIST: ["c"], LOG: "info", resources: { memory: "2G", nodes: 1 } });
    expect(cpus).toBe(32);
    expect(config.explain("CPUS")).toEqual({
      name: "CPUS", value: 32, written: "32", layer: "process",
      overrode: [{ layer: "deployment", file: join(folder, "main.env"), line: 2, value: "16" }, { layer: "default", file: join(folder, "default.yaml"), line: 2, value: 8 }],
    });
    expect(config.explain("resources.memory")).toMatchObject({ value: "2G", layer: "site/keeling", line: 3 });
    expect(config.explain("LOG")).toEqual({ name: "LOG", value: "info", overrode: [] });
    expect(() => config.explain("PARTITON")).toThrow('did you mean "PARTITION"?');
  });

  it("reports everything that is missing, wrong or unknown at once, with layer, file and line", async () => {
    const path = file("wrong.yaml", "CPUS: many\nPARTITON: dev\nVERSION: 1.10\nresources:\n  memroy: 1G\n");
    const schema = z.object({ CPUS: z.number(), PARTITION: z.string(), VERSION: z.string(), MODE: z.enum(["a", "b"]), resources: z.object({ memory: z.string() }) });
    const found = await issuesOf(schema, [values({ MODE: "c" }, "default"), { name: "site", file: path }]);
    expect([...found].sort()).toEqual([
      `CPUS: expected number, received string, in layer site (${path}:1)`,
      'MODE: expected one of "a"|"b", in layer default',
      "PARTITION: missing in every layer (default, site); expected string",
      `PARTITON: unknown variable; did you mean "PARTITION"?, in layer site (${path}:2)`,
      `VERSION: expected string, received number; write it in quotes, in layer site (${path}:3)`,
      "resources.memory: missing in every layer (default, site); expected string",
      `resources.memroy: unknown variable; did you mean "memory"?, in layer site (${path}:5)`,
    ]);
  });

  it("accepts names it does not know where the schema does", async () => {
    const schema = z.looseObject({ A: z.string() });
    expect((await loadConfig({ schema, layers: [values({ A: "x", OTHER: 1 })] })).values).toEqual({ A: "x", OTHER: 1 });
    const record = z.object({ hosts: z.record(z.string(), z.number()) });
    expect((await loadConfig({ schema: record, layers: [values({ hosts: { "a.b": 1 } }), values({ hosts: { c: 2 } })] })).values).toEqual({ hosts: { "a.b": 1, c: 2 } });
  });

  it("makes no other number of one with too many digits", async () => {
    const schema = z.object({ N: z.number() });
    const environment = (N: string): Layer => ({ name: "process", environment: { N } });
    expect(await issuesOf(schema, [environment("12345678901234567890")])).toEqual([expect.stringContaining("N: expected number, received string")]);
    for (const digits of ["12345678901234567890", "-9007199254740993", "0x20000000000001"]) expect(await issuesOf(schema, [file("long.yaml", `N: ${digits}\n`)])).toEqual([expect.stringContaining("N: expected number, received string")]);
    expect(await issuesOf(schema, [file("long.json", '{"N": 12345678901234567890}')])).toEqual([expect.stringContaining("N: expected number, received string")]);
    expect((await loadConfig({ schema, layers: [file("short.json", '{"N": -9007199254740991}')] })).values.N).toBe(-9007199254740991);
    expect((await loadConfig({ schema, layers: [environment("-9007199254740991")] })).values.N).toBe(-9007199254740991);
    expect((await loadConfig({ schema, layers: [environment("1.5e3")] })).values.N).toBe(1500);
  });

  it("names a mistyped option of its own", async () => {
    await expect(loadConfig({ schema: z.object({}), layers: [], foldr: "." } as never)).rejects.toThrow('did you mean "folder"?');
    await expect(loadConfig({ schema: z.object({}), layers: [{ nam: "x" }] } as never)).rejects.toThrow("a layer is a file name");
  });

  it("says of every file what cannot be read in it, and nothing of its text", async () => {
    const layers = ["gone.yaml", file("a.yaml", "A: [hidden\n"), file("twice.yaml", "A: 1\nA: 2\n"), file("tag.yaml", "A: !!js/function hidden\n"), file("two.yaml", "A: 1\n---\nA: 2\n"),
      file("list.yaml", "- A\n"), file("a.json", '{ "A": hidden }'), file("twice.json", '{ "A": 1,\n "A": 2 }'), file("b.env", "A=1\nnot an assignment\nB='open\n"), file("c.env", "A='x'hidden\nB=1\nB=2\n"), file("a.toml", "A = 1"),
      file("alias.yaml", "A: *hidden\n")];
    writeFileSync(join(folder, "latin.env"), Buffer.from("A=\xe4", "latin1"));
    const found = await issuesOf(z.object({ A: z.string() }), [...layers, "latin.env"]);
    const where = (text: string): string | undefined => /\/([\w.]+(?::\d+)?)\)/.exec(text)?.[1];
    expect(found.map(where)).toEqual(["gone.yaml", "a.yaml:2", "twice.yaml:2", "tag.yaml:1", "two.yaml:2", "list.yaml", "a.json", "twice.json:2", "b.env:2", "b.env:3", "c.env:1", "a.toml", "alias.yaml", "latin.env"]);
    expect(found.join()).not.toContain("hidden");
  });

  it("reads multi-line and commented values of a dotenv file, and gives the lines on which they begin", async () => {
    const path = file(".env", "A=\"one\ntwo\" # c\r\n\nB= x # c\nC='it is'\r\nD=\n");
    const config = await loadConfig({ schema: z.looseObject({}), layers: [path] });
    expect(config.values).toEqual({ A: "one\ntwo", B: "x", C: "it is", D: "" });
    expect(["A", "B", "C", "D"].map((name) => config.explain(name).line)).toEqual([1, 4, 5, 6]);
  });

  it.each([
    ["a value that holds itself", "circle.yaml", "A: &all\n  more: [*all]\n", "A: holds itself"],
    ["a tag of YAML 1.1 that would build an object", "set.yaml", "A: !!set { x, y }\n", "a tag that is not understood"],
    ["what would be cut off as a comment", "cut.env", "A=half#hidden\n", "a # stands within the value of A"],
    ["what would be taken for a comment as a whole", "color.env", "A=#hidden\n", "a # stands within the value of A"],
    ["a carriage return, which Node drops", "return.env", "A='x\ry'\n", "a carriage return stands in the value of A"],
    ["the same without quotes", "bare-return.env", "A=x\ry\n", "a carriage return stands in the value of A"],
    ["the same of one line but once", "deep.yaml", `A: ${"[".repeat(2000)}${"]".repeat(2000)}\n`, "not YAML (resource exhaustion)"],
  ])("refuses %s", async (_what, name, text, reason) => {
    const found = await issuesOf(z.object({ A: z.unknown() }), [file(name, text)]);
    expect(found).toEqual([expect.stringContaining(reason)]);
    expect(found.join()).not.toContain("hidden");
  });

  it("keeps a # that begins no comment", async () => {
    const path = file("hash.env", "A='x#y' # c\nB= # c\nC=x # it's #1\n");
    expect((await loadConfig({ schema: z.looseObject({}), layers: [path] })).values).toEqual({ A: "x#y", B: "", C: "x" });
  });

  it("is not confused by names that objects have of themselves", async () => {
    const path = file("proto.yaml", "__proto__: { polluted: 1 }\nconstructor: 1\ntoString: x\n");
    expect(await issuesOf(z.object({ A: z.string().optional() }), [path])).toHaveLength(3);
    const config = await loadConfig({ schema: z.object({ all: z.record(z.string(), z.unknown()) }), layers: [file("p.yaml", "all: { __proto__: { polluted: 1 }, A: 2 }\n")] });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.entries(config.values.all)).toContainEqual(["A", 2]);
  });
});

describe("secrets", () => {
  const schema = z.object({ TOKEN: secretValue(), URL: z.string().optional() });

  it("come from a file, the environment or in place, and are shown nowhere", async () => {
    file("token", "canary-1\n", 0o600);
    process.env["HPCKIT_TEST_TOKEN"] = "canary-2";
    const inPlace = file("private.yaml", "TOKEN: canary-3\n", 0o600);
    const byFile = file("public.yaml", "TOKEN:\n  file: token\n");
    const layers: Layer[] = [values({ TOKEN: secret("canary-0") }), inPlace, { name: "process", environment: { TOKEN: "canary-4${X}" } }, values({ TOKEN: { environment: "HPCKIT_TEST_TOKEN" } }), byFile];
    const expected = ["canary-0", "canary-3", "canary-4${X}", "canary-2", "canary-1"];
    for (const [index, value] of expected.entries()) {
      const config = await loadConfig({ schema, layers: layers.slice(0, index + 1) });
      expect(config.values.TOKEN.reveal()).toBe(value);
      const shown = [inspect(config, { depth: 9 }), JSON.stringify(config.values), inspect(config.explain("TOKEN"), { depth: 9 }), JSON.stringify(config.explain("TOKEN"))].join("\n");
      expect(shown).toContain("[secret]");
      expect(shown).not.toContain("canary");
    }
    delete process.env["HPCKIT_TEST_TOKEN"];
  });

  it.each([0o644, 0o640, 0o604, 0o660])("are refused from a file of mode %o", async (mode) => {
    const inPlace = file("open.env", "TOKEN=canary\n", mode);
    file("open-token", "canary", mode);
    const found = [...await issuesOf(schema, [inPlace]), ...await issuesOf(schema, [values({ TOKEN: { file: join(folder, "open-token") } })]), ...await issuesOf(schema, [inPlace, values({ TOKEN: "x" })])];
    expect(found).toHaveLength(3);
    for (const issue of found) expect(issue).toMatch(/^TOKEN: .*chmod 600 it/);
    expect(found.join()).not.toContain("canary");
  });

  it("say what is missing", async () => {
    expect(await issuesOf(schema, [values({ TOKEN: { file: "/nowhere/token" } })])).toEqual(["TOKEN: there is no secret file /nowhere/token, in layer values"]);
    expect(await issuesOf(schema, [values({ TOKEN: { environment: "HPCKIT_NONE" } })])).toEqual(["TOKEN: the variable HPCKIT_NONE of this process is not set, in layer values"]);
    expect(await issuesOf(schema, [])).toEqual([expect.stringMatching(/^TOKEN: missing in every layer/)]);
    expect(await issuesOf(schema, [values({ TOKEN: 7 })])).toEqual([expect.stringMatching(/^TOKEN: expected a secret/)]);
  });

  it("make a secret of what takes them in, and are refused where that would show them", async () => {
    const both = z.object({ PASSWORD: secretValue(), URL: secretValue().optional(), OPEN: z.string().optional() });
    const config = await loadConfig({ schema: both, layers: [values({ PASSWORD: "canary", URL: "pg://u:${PASSWORD}@h" })] });
    expect(config.values.URL).toBeInstanceOf(Secret);
    expect(config.values.URL?.reveal()).toBe("pg://u:canary@h");
    expect(await issuesOf(both, [values({ PASSWORD: "canary", OPEN: "${PASSWORD}" })])).toEqual(["OPEN: takes in a secret, which it would show; make it a secretValue(), in layer values"]);
    expect(await issuesOf(both, [values({ PASSWORD: "canary", OPEN: ["a ${PASSWORD}"] })])).toEqual([expect.not.stringContaining("canary")]);
  });
});

describe("references", () => {
  const schema = z.object({ A: z.string().optional(), B: z.string().optional(), C: z.number().default(3), D: z.array(z.string()).optional(), E: z.number().optional(), resources: z.object({ memory: z.string() }).optional() });
  const load = async (given: Record<string, unknown>) => (await loadConfig({ schema, layers: [values(given)] })).values;

  it("take in variables of any layer, defaults, and whole values; an escaped one stays", async () => {
    expect(await load({ A: "${B}/${C}/$${B}/$B", B: "${resources.memory}", resources: { memory: "1G" }, E: "${C}" })).toEqual({ A: "1G/3/${B}/$B", B: "1G", C: 3, E: 3, resources: { memory: "1G" } });
    expect(await load({ D: ["${A}", "b${A}"], A: "a" })).toMatchObject({ D: ["a", "ba"] });
    const config = await loadConfig({ schema, layers: [values({ A: "${B}", B: "default" }), values({ B: "site" })] });
    expect(config.values.A).toBe("site");
    expect(config.explain("A")).toMatchObject({ value: "site", written: "${B}" });
  });

  it("in the environment of this process are found, by prefix", async () => {
    process.env["CONFIG_TEST_A"] = "7";
    onTestFinished(() => { delete process.env["CONFIG_TEST_A"]; });
    const layers = [{ name: "process", environment: process.env, prefix: "CONFIG_TEST_" }];
    expect((await loadConfig({ schema: z.strictObject({ A: z.number() }), layers })).values.A).toBe(7);
  });

  it("in the environment are literal", async () => {
    expect((await loadConfig({ schema, layers: [{ name: "process", environment: { A: "${B}" } }] })).values.A).toBe("${B}");
  });

  it("that go in circles or nowhere are all reported, once", async () => {
    const all = await issuesOf(schema, [values({ A: "${B}", B: "x${A}", D: ["${A}"], resources: { memory: "${resources.memry}" } })]);
    expect(all).toEqual(["A: refers to itself: A → B → A, in layer values", "resources.memory: refers to an unknown variable ${resources.memry}; did you mean ${resources.memory}?, in layer values"]);
    expect(await issuesOf(schema, [values({ A: "${B}" })])).toEqual(["A: refers to ${B}, which has no value, in layer values"]);
  });
});
