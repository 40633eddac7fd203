import { expect, it } from "vitest";
import { releaseCanaries } from "../../../tools/soak/transport/canaries/release-canaries.js";

/** The short form of `npm run soak -- transport`. */
it("a secret is seen in no error, event, line of a log, span, argument of a process or file that is left, however a call fails", async () => {
  const report = await releaseCanaries({ seed: 21, extent: "short" });
  expect(report).toMatchObject({ seen: [], succeeded: [] });
  expect(report.calls).toBeGreaterThan(30);
  expect(report.looked).toBeGreaterThan(10 * report.calls);
});
