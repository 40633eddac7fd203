import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Layer } from "../layer/layer.js";
import { ConfigError } from "./config-error.js";
import { loadConfig } from "./load-config.js";

const folder = mkdtempSync(join(tmpdir(), "messages-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const ofProcess = (environment: Record<string, string>): Layer => ({ name: "process", environment, prefix: "NC_" });
const load = (schema: z.ZodObject, layers: readonly Layer[]) => loadConfig({ schema, layers });
async function messageOf(schema: z.ZodObject, layers: readonly Layer[]): Promise<string> {
  const error: unknown = await load(schema, layers).then(() => expect.unreachable("it was accepted"), (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
}

describe("the message of a ConfigError", () => {
  const schema = z.strictObject({ A: z.number(), B: z.string() });

  it("has a line for each fault, behind one that counts them", async () => {
    expect(await messageOf(schema, [{ name: "one", values: { A: "x" } }])).toBe("configuration: 2 faults\n  A: expected number, received string, in layer one\n  B: missing in every layer (one); expected string");
    expect(await messageOf(schema, [{ name: "one", values: { A: "x", B: "" } }])).toBe("configuration: A: expected number, received string, in layer one");
  });

  it("names what stands twice in a file, and shows nothing that is no name", async () => {
    const twice = file("twice.yaml", "A: 1\no:\n  gpus: 1\n  gpus: 2\nA: 2\n\"hid den\": 1\n\"hid den\": 2\n");
    const message = await messageOf(schema, [twice]);
    expect(message).toContain(`the name A stands twice, in layer ${join(folder, "twice")} (${twice}:5)`);
    expect(message).toContain(`the name gpus stands twice, in layer ${join(folder, "twice")} (${twice}:4)`);
    expect(message).not.toContain("hid den");
  });

  it("says beside a file that cannot be read what is unknown in the others", async () => {
    expect(await messageOf(schema, [file("open.yaml", "A: [\n"), { name: "one", values: { C: 1 } }])).toMatch(/^configuration: 2 faults\n {2}not YAML .*\n {2}C: unknown variable/);
  });
});

describe("a choice", () => {
  const schema = z.strictObject({ U: z.union([z.number(), z.literal("auto")]).optional() });
  const read = async (U: string, form: z.ZodType): Promise<unknown> => (await load(z.object({ U: form }), [{ name: "process", environment: { U } }])).values["U"];

  it("says what each of its forms wants", async () => {
    expect(await messageOf(schema, [{ name: "one", values: { U: true } }])).toBe('configuration: U: expected number, received boolean, or expected "auto", in layer one');
    const objects = z.object({ U: z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.number() })]) });
    expect(await messageOf(objects, [{ name: "one", values: { U: { b: "x" } } }])).toContain("b: expected number, received string");
    expect(await messageOf(objects, [])).toBe("configuration: U: missing in every layer (); expected object");
    const kinds = z.object({ U: z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]) });
    expect(await messageOf(kinds, [{ name: "one", values: { U: { kind: "c" } } }])).not.toContain("Invalid input");
  });

  it("is read from text where one of its forms alone reads it", async () => {
    const form = z.union([z.number().int(), z.literal("auto"), z.boolean().optional()]);
    expect(await read("16", form)).toBe(16);
    expect(await read("auto", form)).toBe("auto");
    expect(await read("yes", form.default(1))).toBe(true);
    expect(await read("16", z.union([z.number(), z.string()]))).toBe("16");
    expect(await read("16", z.union([z.number(), z.string().refine(() => Promise.resolve(false)), z.boolean().transform(() => expect.unreachable("it was transformed"))]))).toBe(16);
    expect(await read("16", z.union([z.number(), z.string().transform((text) => text.length)]))).toBe(2);
  });

  it("is not guessed where two forms read a text", async () => {
    const message = await messageOf(z.object({ U: z.union([z.number(), z.boolean()]) }), [{ name: "process", environment: { U: "1" } }]);
    expect(message).toContain("U: expected number, received string, or expected boolean, received string");
  });
});

describe("what no text can say", () => {
  const schema = z.strictObject({ resources: z.strictObject({ gpus: z.number() }).optional(), hosts: z.array(z.string()).optional(), hosts_file: z.string().optional() });

  it.each([["NC_resources.gpus"], ["NC_resources__gpus"], ["NC_RESOURCES_GPUS"]])("as %s is told to stand in a file", async (name) => {
    expect(await messageOf(schema, [ofProcess({ [name]: "2" })])).toContain("unknown variable; resources is an object: set it in a .yaml or .json file, as resources: { … }");
  });

  it("as JSON is told to stand in a file", async () => {
    expect(await messageOf(schema, [ofProcess({ NC_resources: '{"gpus":2}' })])).toContain("resources: expected object, received string; no text is read as an object: set it in a .yaml or .json file");
    expect(await messageOf(schema, [ofProcess({ NC_hosts: "a,b" })])).toContain("hosts: expected array, received string; no text is read as a list: set it in a .yaml or .json file");
  });

  it("keeps the name that was meant", async () => {
    expect(await messageOf(schema, [ofProcess({ NC_hosts_fiel: "a" })])).toContain('did you mean "hosts_file"?');
  });
});
