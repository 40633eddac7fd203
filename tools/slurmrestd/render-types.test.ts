import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { renderTypes } from "./render-types.js";
import { trimSpecification, type Specification } from "./trim-specification.js";
import { recordedVersions, specificationPath, typesPath } from "./versions.js";

describe("types of slurmrestd", () => {
  it.each(recordedVersions)("of $version are those of the recorded specification", async (recorded) => {
    const specification = JSON.parse(await readFile(specificationPath(recorded), "utf8")) as Specification;
    expect(await readFile(typesPath(recorded), "utf8")).toBe(await renderTypes(specification));
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
