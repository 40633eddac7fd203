import { describe, expect, it } from "vitest";
import { z } from "zod";
import { OptionsError } from "../error/errors.js";
import { closeMatch } from "./close-match.js";
import { parseOptions } from "./parse-options.js";
import { durationSchema, memorySizeSchema } from "./unit-schemas.js";

const schema = z.strictObject({
  time: durationSchema,
  memory: memorySizeSchema.optional(),
  mounts: z.array(z.strictObject({ source: z.string() })).optional(),
  inner: z.strictObject({ partition: z.string().optional() }).optional(),
  labels: z.record(z.string().regex(/^[a-z]+$/, "not a name of a label"), z.string()).optional(),
});
const refusal = (input: unknown): OptionsError => {
  try {
    parseOptions(schema, input, "job");
  } catch (error) {
    if (error instanceof OptionsError) return error;
  }
  throw new Error("nothing was refused");
};

describe("parseOptions", () => {
  it("gives the parsed value", () => {
    expect(parseOptions(schema, { time: "4h", memory: "1G" }, "job")).toEqual({ time: { seconds: 14_400 }, memory: { bytes: 1024 ** 3 } });
  });

  it("names the close match of an unknown option, however deep", () => {
    expect(refusal({ time: "4h", memroy: "1G" }).message).toBe('job: memroy: unknown option; did you mean "memory"?');
    expect(refusal({ time: "4h", inner: { partitoin: "x" } }).message).toContain('inner.partitoin: unknown option; did you mean "partition"?');
    expect(refusal({ time: "4h", mounts: [{ source: "/a", sorce: "x" }] }).message).toContain('mounts.0.sorce: unknown option; did you mean "source"?');
  });

  it("says what is there instead of an option that is often looked for", () => {
    expect(() => parseOptions(schema, { time: "4h", hours: 4 }, "job", { hours: "time takes them: time: \"4h\"" })).toThrow('job: hours: unknown option; time takes them: time: "4h"');
  });

  it("lists what is known where nothing is close", () => {
    expect(refusal({ time: "4h", zzz: 1 }).message).toContain("known are time, memory, mounts, inner, labels");
  });

  describe("of several forms", () => {
    const limits = z.union([z.literal(false), z.strictObject({ file: z.string() }), z.strictObject({ memory: memorySizeSchema.optional(), cpus: z.number().optional() })]);
    const network = z.union([z.strictObject({ types: z.array(z.string()) }), z.strictObject({ path: z.string() })]);
    const run = z.strictObject({ limits: limits.optional(), network: network.optional() });

    it.each([
      [{ limits: { memory: 100 } }, 'options: limits.memory: an amount of memory is a text such as "32G" or { bytes }'],
      [{ limits: { file: 5 } }, "options: limits.file: has a wrong value, or does not go with the others"],
      [{ limits: { cpsu: 1 } }, 'options: limits.cpsu: unknown option; did you mean "cpus"?'],
      [{ limits: { zzz: 1, memory: "1G" } }, "options: limits.zzz: unknown option; known are file, memory, cpus"],
      [{ limits: true }, "options: limits: only false, or an object, not true"],
      [{ network: { types: ["none"], path: "/n" } }, "options: network: without path, or without types"],
      [{ network: {} }, "options: network: types: is missing; it takes a list, or path: is missing; it takes a text"],
    ])("%j is told by the one that was meant", (given, message) => {
      expect(() => parseOptions(run, given, "options")).toThrow(new OptionsError("options", [{ path: "", message: message.slice("options: ".length) }]).message);
    });
  });

  it("says that nothing was given", () => {
    expect(() => parseOptions(schema, undefined, "job")).toThrow("job: nothing was given; it takes an object");
  });

  it("says what is wrong with a key", () => {
    expect(refusal({ time: "4h", labels: { "a-b": "x" } }).message).toBe("job: labels.a-b: not a name of a label");
  });

  it("reports everything wrong at once", () => {
    expect(refusal({ time: "4", memory: "many", zzz: 1 }).issues.map(({ path }) => path).sort()).toEqual(["memory", "time", "zzz"]);
  });

  it("shows the first ten of many, and counts the rest", () => {
    const { issues, message } = refusal({ time: "4h", mounts: Array.from({ length: 12 }, () => ({ source: 5 })) });
    expect(issues).toHaveLength(12);
    expect(message).toContain("mounts.9.source");
    expect(message).not.toContain("mounts.10.source");
    expect(message).toMatch(/; and 2 more$/);
  });
});

describe("closeMatch", () => {
  it("understands swapped, missing and wrong letters, and any case", () => {
    expect(closeMatch("partiton", ["account", "partition"])).toBe("partition");
    expect(closeMatch("TIME", ["time"])).toBe("time");
    expect(closeMatch("qso", ["qos", "gres"])).toBe("qos");
    expect(closeMatch("completely", ["time"])).toBeUndefined();
  });
});
