import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutOperation } from "../../../tools/soak/transport/cuts.js";
import { openFaultGround, type FaultGround } from "../../../tools/soak/transport/fault-ground.js";
import { operations } from "../../../tools/soak/transport/operations.js";

/** The short form of `npm run soak -- transport`. */
describe("a connection that is cut at any byte", () => {
  let ground: FaultGround;
  beforeAll(async () => {
    ground = await openFaultGround();
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  it.each(operations)("is an error, never a wrong result, and leaves the old or the new: $name", async (operation) => {
    const report = await cutOperation(ground, operation, { cuts: 12, seed: 20 });
    expect(report.successes).toBeLessThan(report.cuts);
    expect(report).toMatchObject({ hangs: [], falseSuccesses: [], brokenFiles: [], strangeErrors: [], leftovers: [] });
  });
});
