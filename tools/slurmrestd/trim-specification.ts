/** An OpenAPI specification, as far as it is looked at here. */
export interface Specification {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export type Schema = Readonly<Record<string, unknown>>;

/** The model's name of a schema, what slurmrestd calls it, and which of its properties are read; without a list all are. */
export interface Root {
  readonly schema: string;
  readonly properties?: readonly string[] | undefined;
}

export const reference = "#/components/schemas/";

/**
 * Keeps of a specification (1.8 MB in Slurm 26.05) what the client sends and reads: some schemas under the model's names, the
 * properties that are named, and what these refer to, without descriptions. The version goes from the names, so that two versions can be compared.
 */
export function trimSpecification(full: Specification, version: string, roots: Readonly<Record<string, Root>>): Specification {
  const kept: Record<string, Schema> = {};
  const plainName = (name: string): string => name.replace(new RegExp(`^(?:db)?${version.replaceAll(".", String.raw`\.`)}_`), "");

  function keep(name: string, schema: Schema): void {
    if (kept[name] !== undefined) return;
    kept[name] = {};
    kept[name] = rewrite(schema) as Schema;
  }
  function rewrite(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(rewrite);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => {
      if (key === "example" || key === "required" || (key === "description" && typeof inner === "string")) return [];
      if (key !== "$ref" || typeof inner !== "string") return [[key, rewrite(inner)]];
      const original = inner.slice(reference.length);
      keep(plainName(original), findSchema(full, original));
      return [["$ref", reference + plainName(original)]];
    }));
  }

  for (const [name, { schema, properties }] of Object.entries(roots)) keep(name, select(findSchema(full, schema), properties, schema));
  return { openapi: full.openapi, info: { title: "slurmrestd, trimmed", version }, components: { schemas: kept } };
}

export function findSchema(full: Specification, name: string): Schema {
  const schema = full.components.schemas[name];
  if (schema === undefined) throw new Error(`the specification has no schema ${name}`);
  return schema;
}

function select(schema: Schema, properties: readonly string[] | undefined, name: string): Schema {
  if (properties === undefined) return schema;
  const all = schema["properties"] as Readonly<Record<string, unknown>>;
  const missing = properties.find((property) => all[property] === undefined);
  if (missing !== undefined) throw new Error(`${name} has no property ${missing}`);
  return { ...schema, properties: Object.fromEntries(properties.map((property) => [property, all[property]])) };
}
