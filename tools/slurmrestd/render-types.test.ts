import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { commonSpecification } from "./common-specification.js";
import { readCommon } from "./read-common.js";
import { renderTypes } from "./render-types.js";
import { trimSpecification, type Specification } from "./trim-specification.js";
import { typedVersions, typesPath } from "./versions.js";

describe("types of slurmrestd", () => {
  it.each(Object.entries(typedVersions))("of %s are those of the recorded specifications", async (name, versions) => {
    expect(await readFile(typesPath(name), "utf8")).toBe(await renderTypes(await readCommon(versions)));
  });
});

describe("commonSpecification", () => {
  const of = (version: string, schemas: Specification["components"]["schemas"]): Specification => ({ openapi: "3.0.3", info: { version }, components: { schemas } });
  const text = { type: "string" };
  const object = (properties: object): Readonly<Record<string, unknown>> => ({ type: "object", properties });
  const words = (...known: string[]): Readonly<Record<string, unknown>> => ({ type: "array", items: { ...text, enum: known } });
  const number = { $ref: "#/components/schemas/number" };

  it("keeps properties and words that both have, however each writes them", () => {
    const one = of("v1", { Job: object({ id: number, flags: { $ref: "#/components/schemas/flags" }, old: text, size: text }), number: object({ set: text }), flags: words("A", "B") });
    const other = of("v2", { Job: object({ id: number, flags: words("B", "C"), new: text, size: { type: "integer" } }), number: object({ set: text, more: text }) });
    expect(commonSpecification(one, other, ["Job"])).toEqual(of("v1 and v2", { Job: object({ id: number, flags: words("B") }), number: object({ set: text }) }));
  });
});

describe("trimSpecification", () => {
  const full: Specification = {
    openapi: "3.0.3",
    info: { title: "Slurm REST API" },
    components: {
      schemas: {
        "v0.0.9_job": { type: "object", description: "A job", properties: { id: { type: "integer" }, number: { $ref: "#/components/schemas/v0.0.9_number" }, more: { $ref: "#/components/schemas/v0.0.9_more" } } },
        "v0.0.9_number": { type: "object", required: [], properties: { next: { $ref: "#/components/schemas/v0.0.9_number" } } },
        "v0.0.9_more": { type: "string" },
      },
    },
  };

  it("keeps what is named and what that refers to, also in a circle", () => {
    const { components } = trimSpecification(full, "v0.0.9", { Job: { schema: "v0.0.9_job", properties: ["id", "number"] } });
    expect(components.schemas).toEqual({
      Job: { type: "object", properties: { id: { type: "integer" }, number: { $ref: "#/components/schemas/number" } } },
      number: { type: "object", properties: { next: { $ref: "#/components/schemas/number" } } },
    });
  });

  it("tells of a property that a version lacks", () => {
    expect(() => trimSpecification(full, "v0.0.9", { Job: { schema: "v0.0.9_job", properties: ["name"] } })).toThrow("v0.0.9_job has no property name");
  });
});
