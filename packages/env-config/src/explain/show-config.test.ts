import { secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { loadConfig } from "../config/load-config.js";
import { pathList } from "../path-list/path-list.js";
import { secretValue } from "../secret/secret-value.js";
import { showConfig } from "./show-config.js";
import { showValue } from "./show-value.js";

describe("showConfig", () => {
  it("keeps its columns beside values of any length", async () => {
    const wide = "x".repeat(40);
    const config = await loadConfig({ schema: z.object({ A: z.string(), B: z.string(), [wide + wide]: z.string() }), layers: [{ name: "one", values: { A: wide, B: `${wide}xx`, [wide + wide]: "y" } }] });
    const value = " ".repeat(42);
    const from = " ".repeat(84);
    expect(showConfig(config)).toBe(
      [`VARIABLE${value.slice(8)}VALUE${value.slice(5)}FROM`, `A${value.slice(1)}${wide}  one`, `B${value.slice(1)}${wide}xx`, `${from}one`, wide + wide, `${value}y${value.slice(1)}one`, ""].join("\n"),
    );
  });

  it("takes a loaded configuration", () => {
    expect(() => showConfig({} as never)).toThrow("showConfig: a configuration as loadConfig gives it");
    expect(() => showConfig(Promise.resolve() as never)).toThrow("not a promise: await it");
  });

  it("shows every variable with its value, its origin and what it overrode, and no secret", async () => {
    const schema = z.object({
      PARTITION: z.string(), DATA: z.string(), PATH: pathList(), TOKEN: secretValue(), KEY: secretValue().transform((key) => key.reveal()), LOG: z.string().default("info"), NOTE: z.string().optional(),
      resources: z.object({ memory: z.string() }), hosts: z.record(z.string(), z.number()).optional(),
    });
    const config = await loadConfig({
      schema,
      layers: [
        { name: "default", values: { PARTITION: "standard", DATA: "/data/${PARTITION}", TOKEN: "canary-0", resources: { memory: "1G" } } },
        { name: "site", values: { PARTITION: "sesempi", PATH: { prepend: "/opt/bin", append: "/opt/late" }, TOKEN: secret("canary-1"), KEY: "canary-2", hosts: { a: 1 } } },
        { name: "user", values: { PATH: { prepend: "${DATA}/bin" } } },
      ],
    });
    expect(showConfig(config)).toBe(`\
VARIABLE          VALUE                                     FROM
PARTITION         sesempi                                   site
                    over standard                           default
DATA              /data/sesempi                             default
                    written /data/\${PARTITION}
PATH              /data/sesempi/bin:/opt/bin:(what is there):/opt/late
                                                            user
                    /data/sesempi/bin                       user
                    /opt/bin                                site
                    /opt/late                               site
TOKEN             [secret]                                  site
                    over [secret]                           default
KEY               [secret]                                  site
LOG               info                                      the schema's default
NOTE              (not set)
resources.memory  1G                                        default
hosts.a           1                                         site
`);
    expect(JSON.stringify([config.explain("KEY"), config.explain("TOKEN")])).not.toContain("canary");
  });

  it.each([
    ["a b", "a b"], ["", '""'], [" a", '" a"'], ["a\nb", String.raw`"a\nb"`], ["\u001b[31mred", String.raw`\u001b[31mred`], ["\u202eevil", String.raw`\u202eevil`], ["\u009b2J", String.raw`\u009b2J`],
    [["a", 1], '["a",1]'], [8, "8"], [null, "null"], [undefined, "(not set)"], [{ deep: secret("canary") }, '{"deep":"[secret]"}'],
    [() => 1, "(a function)"],
  ])("shows %j on one line, with nothing that a terminal would obey", (value, shown) => {
    expect(showValue(value)).toBe(shown);
    expect(showValue({ n: 1n })).toBe('{"n":"1"}');
  });
});
