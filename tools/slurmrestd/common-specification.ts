import { findSchema, reference, type Schema, type Specification } from "./trim-specification.js";

const nameOf = ({ $ref }: Schema): string | undefined => (typeof $ref === "string" ? $ref.slice(reference.length) : undefined);

/**
 * What two specifications have in common, from these schemas on: a property that one of them lacks is left out, and so is a word of a list of words.
 * One of them may name a schema where the other writes it out.
 */
export function commonSpecification(one: Specification, other: Specification, roots: readonly string[]): Specification {
  const kept: Record<string, Schema> = {};

  function keep(name: string): void {
    if (kept[name] !== undefined) return;
    kept[name] = {};
    kept[name] = common(findSchema(one, name), findSchema(other, name)) ?? {};
  }
  /** None where they are of different types. */
  function common(some: Schema, others: Schema): Schema | undefined {
    const [name, otherName] = [nameOf(some), nameOf(others)];
    if (name !== undefined && name === otherName) {
      keep(name);
      return some;
    }
    if (name !== undefined) return common(findSchema(one, name), others);
    if (otherName !== undefined) return common(some, findSchema(other, otherName));
    if (some["type"] !== others["type"]) return undefined;
    return Object.fromEntries(Object.entries(some).flatMap(([key, value]) => {
      const inner = commonValue(key, value, others[key]);
      return inner === undefined ? [] : [[key, inner]];
    }));
  }
  function commonValue(key: string, value: unknown, otherValue: unknown): unknown {
    if (key === "enum") return (value as readonly unknown[]).filter((word) => (otherValue as readonly unknown[]).includes(word));
    if (key === "items") return common(value as Schema, otherValue as Schema);
    if (key !== "properties") return value;
    const [properties, otherProperties] = [value as Readonly<Record<string, Schema>>, otherValue as Readonly<Record<string, Schema>>];
    return Object.fromEntries(Object.entries(properties).flatMap(([property, schema]) => {
      const counterpart = otherProperties[property];
      const inner = counterpart === undefined ? undefined : common(schema, counterpart);
      return inner === undefined ? [] : [[property, inner]];
    }));
  }

  roots.forEach(keep);
  return { ...one, info: { ...one.info, version: `${String(one.info["version"])} and ${String(other.info["version"])}` }, components: { schemas: kept } };
}
