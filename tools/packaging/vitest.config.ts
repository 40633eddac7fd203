import { packageTests } from "../config/package-tests.js";
import { repositoryRoot } from "../config/packages.js";

/** What a user gets from the registry: runs on packed builds, so it builds first. */
export default packageTests("published", {
  root: repositoryRoot,
  include: ["tools/packaging/*.published.ts"],
  globalSetup: "tools/packaging/pack-all.ts",
  testTimeout: 300_000,
  hookTimeout: 300_000,
});
