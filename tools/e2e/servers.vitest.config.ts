import { packageTests } from "../config/package-tests.js";
import { repositoryRoot } from "../config/packages.js";
import { serverTests } from "./server-tests.js";

/** Tests against servers of their own, which each file starts and stops: they need no cluster, and do not get into each other's way. */
export default packageTests("servers", {
  root: repositoryRoot,
  include: serverTests,
  maxWorkers: 2,
  testTimeout: 300_000,
  hookTimeout: 300_000,
});
