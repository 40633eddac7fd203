import { defineConfig } from "vitest/config";

export default defineConfig({ test: { projects: ["packages/*", "tools", "tools/packaging", "tools/e2e"] } });
