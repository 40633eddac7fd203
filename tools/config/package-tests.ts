import { defineProject, type UserWorkspaceConfig } from "vitest/config";

/** Tests run on the sources: no build is needed, because every package exports them under this condition. */
const sourceCondition = "@hpckit/source";

/** A vitest project. By default the unit tests beside the sources; those against real clusters are tools/e2e. */
export function packageTests(name: string, test: UserWorkspaceConfig["test"] = {}): UserWorkspaceConfig {
  return defineProject({
    resolve: { conditions: [sourceCondition] },
    ssr: { resolve: { conditions: [sourceCondition] } },
    test: { name, include: ["src/**/*.test.ts"], environment: "node", testTimeout: 60_000, ...test },
  });
}
