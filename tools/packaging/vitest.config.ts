import { packageTests } from "../config/package-tests.js";

/** What a user gets from the registry: runs on packed builds, so it builds first. */
export default packageTests("published", {
  include: ["**/*.published.ts"],
  globalSetup: "./pack-all.ts",
  testTimeout: 300_000,
  hookTimeout: 300_000,
});
