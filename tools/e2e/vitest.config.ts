import { packageTests } from "../config/package-tests.js";
import { repositoryRoot } from "../config/packages.js";
import { serverTests } from "./server-tests.js";

/** Tests against real clusters, one file after the other: some of them end nodes that others would use. */
export default packageTests("e2e", {
  root: repositoryRoot,
  include: ["tools/e2e/**/*.e2e.ts", "packages/*/e2e/**/*.e2e.ts"],
  exclude: serverTests,
  globalSetup: "tools/e2e/global-setup.ts",
  fileParallelism: false,
  testTimeout: 300_000,
  hookTimeout: 300_000,
});
