import { secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { pathList } from "../path-list/path-list.js";
import { secretValue } from "../secret/secret-value.js";
import { describeVariables, renderVariableTable } from "./describe-variables.js";

const schema = z.strictObject({
  PARTITION: z.string().describe("Where jobs go."),
  CPUS: z.number().int().min(1).max(64).default(8).describe("Processors | cores\nof a task."),
  RATIO: z.number().optional(),
  MODE: z.enum(["dev", "prod"]),
  WHERE: z.union([z.string(), z.boolean()]).optional(),
  HOSTS: z.array(z.string()).optional(),
  PATH: pathList().optional().describe("Programs."),
  TOKEN: secretValue().describe("Of the API."),
  FILE: z.string().transform((file) => ({ file })).optional(),
  resources: z.strictObject({ memory: z.string(), nodes: z.number().int().default(1) }),
  limits: z.strictObject({ time: z.string() }).optional(),
});

describe("describeVariables", () => {
  it("says of each variable what it takes, and whether it must be given", () => {
    expect(describeVariables(schema).map(({ name, type, isRequired }) => `${name}: ${type}${isRequired ? "!" : ""}`)).toEqual([
      "PARTITION: string!", "CPUS: integer from 1 to 64", "RATIO: number", "MODE: one of dev, prod!", "WHERE: string or boolean", "HOSTS: list of string",
      "PATH: list of folders", "TOKEN: secret!", "FILE: string", "resources.memory: string!", "resources.nodes: integer", "limits.time: string",
    ]);
    expect(describeVariables(schema)[1]).toMatchObject({ default: 8, isSecret: false });
    expect(describeVariables(schema).filter(({ isSecret }) => isSecret).map(({ name }) => name)).toEqual(["TOKEN"]);
  });

  it("is a table, whose cells stay cells", () => {
    expect(renderVariableTable(schema).split("\n").slice(0, 4)).toEqual([
      "| variable | takes | default | what it is |",
      "| --- | --- | --- | --- |",
      "| `PARTITION` | string | required | Where jobs go. |",
      String.raw`| ${"`CPUS`"} | integer from 1 to 64 | ${"`8`"} | Processors \| cores of a task. |`,
    ]);
    expect(renderVariableTable(schema)).toContain("| `PATH` | list of folders |  | Programs. |\n| `TOKEN` | secret | required | Of the API. |");
  });

  it("shows no default of a secret, whatever the schema makes of it", () => {
    const hiding = z.object({ A: secretValue().transform((key) => key.reveal()).default("canary"), B: secretValue().default(secret("canary")), C: z.array(secretValue()).default([secret("canary")]) });
    expect(describeVariables(hiding).map((each) => each.default)).toEqual([undefined, "[secret]", ["[secret]"]]);
    expect(renderVariableTable(hiding)).not.toContain("canary");
  });

  it("takes a schema", () => {
    expect(() => describeVariables({} as never)).toThrow("expected a z.object of zod 4");
  });
});
