import { inspect } from "node:util";
import { secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigError } from "../config/config-error.js";
import { loadConfig } from "../config/load-config.js";
import { showConfig } from "../explain/show-config.js";
import type { Layer } from "../layer/layer.js";
import { pathList } from "../path-list/path-list.js";
import { secretValue } from "./secret-value.js";

const values = (given: Record<string, unknown>, name = "values"): Layer => ({ name, values: given });

/** The messages of a refusal, of which no part shows a secret. */
async function refusal(shape: z.ZodRawShape, ...layers: readonly Record<string, unknown>[]): Promise<readonly string[]> {
  const error: unknown = await loadConfig({ schema: z.object(shape), layers: layers.map((given, index) => values(given, `layer ${index}`)) }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  const { message, stack, issues } = error as ConfigError;
  expect(`${message} ${stack} ${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`).not.toContain("canary");
  return issues.map((issue) => `${issue.path}: ${issue.message}`);
}

const next = "make it a variable of its own, secretValue(), and write ${NAME} here";
const login = z.discriminatedUnion("kind", [z.object({ kind: z.literal("password"), password: secretValue() }), z.object({ kind: z.literal("none"), note: z.string() })]);

describe("a secret within a list or a choice", () => {
  it.each<[string, z.ZodType, unknown]>([
    ["text in a list", z.array(secretValue()), ["canary"]],
    ["a reference to a file in a list", z.array(secretValue()), [{ file: "canary" }]],
    ["text in a list that may be absent", z.array(secretValue().optional()).optional(), ["canary"]],
    ["text in a place of a tuple", z.tuple([z.string(), secretValue()]), ["x", "canary"]],
    ["text in a choice", z.union([secretValue(), z.literal("none")]), "canary"],
    ["text in a choice that would take and show it", z.union([secretValue(), z.string()]), "canary"],
    ["a reference in a choice", z.union([z.number(), secretValue()]), { environment: "canary" }],
    ["text in one of several objects", login, { kind: "password", password: "canary" }],
    ["text in objects in a list", z.array(z.object({ name: z.string(), token: secretValue() })), [{ name: "x", token: "canary" }]],
    ["text in both of two objects", z.intersection(z.object({ a: secretValue() }), z.object({ b: z.string() })), { a: "canary", b: "x" }],
    ["text in a lazy schema", z.lazy(() => secretValue()), "canary"],
  ])("is refused as %s, with the next step, also where a later layer overrides it", async (_what, schema, given) => {
    expect(await refusal({ T: schema.optional() }, { T: given })).toEqual([expect.stringContaining(next)]);
    expect(await refusal({ T: schema.optional() }, { T: given }, { T: [secret("x")] })).toEqual(expect.arrayContaining([expect.stringMatching(/^T: a secret within a list or a choice .*, in layer layer 0$/)]));
  });

  it("is taken in by that step, or handed over by the program, and is shown nowhere", async () => {
    const schema = z.object({ TOKEN: secretValue(), LIST: z.array(secretValue()), CHOICE: z.union([secretValue(), z.literal("none"), z.number()]), LOGIN: login });
    const load = (CHOICE: unknown) => loadConfig({ schema, layers: [values({ TOKEN: "canary-1", LIST: ["${TOKEN}", secret("canary-2"), "a ${TOKEN}"], CHOICE, LOGIN: { kind: "password", password: "${TOKEN}" } })] });
    const config = await load("${TOKEN}");
    expect(config.values.LIST.map((each) => each.reveal())).toEqual(["canary-1", "canary-2", "a canary-1"]);
    expect(showConfig(config) + inspect([config, config.explain("LIST"), config.explain("LOGIN")], { depth: 9 }) + JSON.stringify(config.values)).not.toContain("canary");
    for (const other of ["none", 7]) expect((await load(other)).values.CHOICE).toBe(other);
  });

  it("is refused where a reference brings plain text to its place", async () => {
    expect(await refusal({ T: z.array(secretValue()), PLAIN: z.string() }, { T: ["${PLAIN}"], PLAIN: "canary" })).toEqual([expect.stringContaining(next)]);
  });
});

describe("a secret", () => {
  it("is not read from a number, which would be shown where a later layer overrides it", async () => {
    expect(await refusal({ PIN: secretValue() }, { PIN: 12345678 }, { PIN: "x" })).toEqual([expect.stringMatching(/^PIN: expected a secret: .*; write it in quotes, in layer layer 0$/)]);
  });

  it("is not shown in the arguments of a command that a later layer overrides", async () => {
    const config = await loadConfig({ schema: z.object({ T: secretValue() }), layers: [values({ T: { command: ["echo", "canary"] } }), values({ T: "x" }, "later")] });
    expect(showConfig(config) + inspect(config.explain("T"), { depth: 9 })).not.toContain("canary");
  });

  it("is refused by name where it would be shown: in a list of texts, in a list of folders", async () => {
    expect(await refusal({ P: secretValue(), L: z.array(z.string()), F: pathList() }, { P: "canary", L: ["a ${P}"], F: ["/a/${P}"] })).toEqual([
      "F: takes in a secret, which a list of folders would show; name the folder without it, in layer layer 0",
      "L.0: takes in a secret, which it would show; make it a secretValue(), in layer layer 0",
    ]);
  });

  it("stands in no message that a schema makes of it, and in nothing that a schema throws", async () => {
    const telling = secretValue().transform((key, context) => {
      context.addIssue(`no good: ${key.reveal()}`);
      return z.NEVER;
    });
    expect(await refusal({ T: telling }, { T: "canary" })).toEqual(["T: no good: [secret], in layer layer 0"]);
    const throwing = secretValue().transform((key): unknown => JSON.parse(key.reveal()));
    expect(await refusal({ T: throwing }, { T: "canary is no JSON" })).toEqual([expect.stringContaining("the schema threw a SyntaxError, whose message is not shown")]);
    const plain = z.string().transform((text): unknown => JSON.parse(text));
    await expect(loadConfig({ schema: z.object({ T: plain }), layers: [values({ T: "no JSON" })] })).rejects.toThrow(SyntaxError);
  });
});

it("a field is explained as it was given where the schema made something else of the whole object", async () => {
  const database = z.object({ user: z.string(), password: secretValue() }).transform(({ user, password }) => `pg://${user}:${password.reveal()}@h`);
  const config = await loadConfig({ schema: z.object({ db: database }), layers: [values({ db: { user: "u", password: "canary" } })] });
  expect(showConfig(config)).toBe("VARIABLE     VALUE     FROM\ndb.user      u         values\ndb.password  [secret]  values\n");
});
