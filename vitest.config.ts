import { defineConfig } from "vitest/config";

/** The unit tests. Those of the packed packages and on real clusters have configurations of their own. */
export default defineConfig({ test: { projects: ["packages/*", "tools"] } });
