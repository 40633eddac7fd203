import { defineProject, type UserWorkspaceConfig } from "vitest/config";

/** Tests run on the sources: no build is needed, because every package exports them under this condition. */
const sourceCondition = "@hpckit/source";

/** Unit tests beside the sources. Those against real clusters are a run of their own, see tools/e2e. */
export function packageTests(name: string, include: readonly string[] = ["src/**/*.test.ts"]): UserWorkspaceConfig {
  return defineProject({
    resolve: { conditions: [sourceCondition] },
    ssr: { resolve: { conditions: [sourceCondition] } },
    test: { name, include: [...include], environment: "node", testTimeout: 60_000 },
  });
}
