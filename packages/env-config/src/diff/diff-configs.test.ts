import { createSecretKey } from "node:crypto";
import { secret, type Secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { loadConfig } from "../config/load-config.js";
import { secretValue } from "../secret/secret-value.js";
import { diffConfigs } from "./diff-configs.js";
import { showDifferences } from "./show-differences.js";

const schema = z.object({ PARTITION: z.string(), CPUS: z.number().default(1), TOKEN: secretValue(), LIST: z.array(z.string()).optional(), SAME: z.string().default("x") });
const load = async (name: string, values: Record<string, unknown>) => loadConfig({ schema, layers: [{ name: "default", values: { PARTITION: "standard", SAME: "x" } }, { name: `deployment ${name}`, values }] });

describe("diffConfigs", () => {
  it("says what differs between deployments, where each value is from, and which secrets are the same, without showing them", async () => {
    const dev = await load("dev", { PARTITION: "debug", TOKEN: "canary-1" });
    const staging = await load("staging", { CPUS: 8, TOKEN: "canary-1", LIST: ["a"] });
    const prod = await load("prod", { CPUS: 8, TOKEN: "canary-2", LIST: ["a"], SAME: "x" });
    const differences = diffConfigs({ dev, staging, prod });
    expect(differences.map(({ name, sides }) => [name, ...sides.map(({ variant }) => variant)])).toEqual([["PARTITION", 1, 2, 2], ["CPUS", 1, 2, 2], ["TOKEN", 1, 1, 2], ["LIST", 1, 2, 2]]);
    expect(differences[0]?.sides[0]).toMatchObject({ config: "dev", explanation: { value: "debug", layer: "deployment dev", overrode: [{ layer: "default", value: "standard" }] } });
    expect(JSON.stringify(differences)).not.toContain("canary");
    expect(showDifferences(differences)).toBe(`\
VARIABLE   IN       VALUE       FROM
PARTITION  dev      debug       deployment dev
           staging  standard    default
           prod     standard    default
CPUS       dev      1           the schema's default
           staging  8           deployment staging
           prod     8           deployment prod
TOKEN      dev      [secret 1]  deployment dev
           staging  [secret 1]  deployment staging
           prod     [secret 2]  deployment prod
LIST       dev      (not set)
           staging  ["a"]       deployment staging
           prod     ["a"]       deployment prod
`);
  });

  it("compares configurations of different schemas, and says where there is no such variable", async () => {
    const one = await loadConfig({ schema: z.object({ A: z.string() }), layers: [{ name: "one", values: { A: "x" } }] });
    const other = await loadConfig({ schema: z.object({ B: z.string().optional() }), layers: [] });
    expect(showDifferences(diffConfigs({ one, other }))).toBe("VARIABLE  IN     VALUE               FROM\nA         one    x                   one\n          other  (no such variable)\n");
  });

  it("tells secrets apart wherever they stand, also where the schema has made of them what looks alike", async () => {
    class Login {
      readonly password: Secret;
      constructor(password: Secret) {
        this.password = password;
      }
    }
    const deep = z.object({
      KEY: secretValue().transform((key) => createSecretKey(Buffer.from(key.reveal()))), SIZE: secretValue().transform((key) => BigInt(key.reveal().length)),
      LIST: z.array(secretValue()), MAP: z.instanceof(Map), SET: z.instanceof(Set), LOGIN: z.instanceof(Login),
    });
    const of = (text: string) => loadConfig({ schema: deep, layers: [{ name: "values", values: { KEY: text, SIZE: text, LIST: [secret(text)], MAP: new Map([["a", secret(text)]]), SET: new Set([1, secret(text)]), LOGIN: new Login(secret(text)) } }] });
    const shown = showDifferences(diffConfigs({ a: await of("canary-1"), b: await of("canary-2") }));
    expect(shown.match(/^[A-Z]+/gm)).toEqual(["VARIABLE", "KEY", "SIZE", "LIST", "MAP", "SET", "LOGIN"]);
    expect(shown).toContain('LIST      a   ["[secret]"] (1)');
    expect(shown).not.toContain("canary");
    expect(diffConfigs({ a: await of("canary-1"), b: await of("canary-1") })).toEqual([]);
  });

  it("takes loaded configurations", () => {
    expect(() => diffConfigs(undefined as never)).toThrow("diffConfigs: an object of configurations");
    expect(() => diffConfigs({ dev: Promise.resolve() } as never)).toThrow("dev: a configuration as loadConfig gives it, not a promise: await it");
  });

  it("finds none between equals", async () => {
    const dev = await load("dev", { TOKEN: "t" });
    expect(diffConfigs({ dev, prod: await load("prod", { TOKEN: "t" }) })).toEqual([]);
    expect(showDifferences([])).toBe("no difference\n");
  });
});
