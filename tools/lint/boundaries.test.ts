import { join } from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../config/packages.js";

let eslint: ESLint;
beforeAll(() => {
  // The snippets are in no TypeScript project; what is asked here needs no types.
  eslint = new ESLint({ cwd: repositoryRoot, overrideConfig: [tseslint.configs.disableTypeChecked] });
});

/** The rules that refuse an import of `imported` in a file. */
async function refusals(file: string, imported: string): Promise<readonly (string | null)[]> {
  const [result] = await eslint.lintText(`import * as it from "${imported}";\nexport const names = Object.keys(it);\n`, {
    filePath: join(repositoryRoot, file),
  });
  return result?.messages.map((message) => message.ruleId) ?? ["not linted"];
}

const boundary = "@nx/enforce-module-boundaries";
const restricted = "no-restricted-imports";

describe("an import in the sources of a package", () => {
  it.each([
    ["down to core", "packages/venv/src/probe.ts", "@hpckit/core"],
    ["down to a package that the table names", "packages/scheduler/src/probe.ts", "@hpckit/slurm-client"],
    ["of ssh2 in transport", "packages/transport/src/probe.ts", "ssh2"],
    ["of a file beside it", "packages/venv/src/probe.ts", "./index.js"],
  ])("may go %s", async (_, file, imported) => {
    expect(await refusals(file, imported)).toEqual([]);
  });

  it.each([
    ["up", "packages/core/src/probe.ts", "@hpckit/transport", boundary],
    ["up, also to stand-ins", "packages/core/src/probe.ts", "@hpckit/transport/testing", boundary],
    ["to the floor above", "packages/slurm-client/src/probe.ts", "@hpckit/scheduler", boundary],
    ["sideways", "packages/venv/src/probe.ts", "@hpckit/apptainer", boundary],
    ["down to a package that the table does not name", "packages/slurm-client/src/probe.ts", "@hpckit/transport", boundary],
    ["into the folder of another package", "packages/venv/src/probe.ts", "../../core/src/index.js", boundary],
    ["of ssh2 elsewhere", "packages/slurm-client/src/probe.ts", "ssh2", restricted],
    ["of execa elsewhere", "packages/venv/src/deeper/probe.ts", "execa", restricted],
    ["of tools", "packages/core/src/probe.ts", "../../../tools/shells/run-shell.js", restricted],
  ])("may not go %s", async (_, file, imported, rule) => {
    expect(await refusals(file, imported)).toContain(rule);
  });
});

describe("an import in a test", () => {
  it.each([
    ["a transport", "packages/slurm-client/src/probe.test.ts", "@hpckit/transport"],
    ["any package's stand-ins", "packages/venv/e2e/probe.e2e.ts", "@hpckit/slurm-client/testing"],
    ["the test ground", "packages/core/src/probe.test.ts", "../../../tools/shells/run-shell.js"],
  ])("may take %s", async (_, file, imported) => {
    expect(await refusals(file, imported)).toEqual([]);
  });

  it("may not take a sibling", async () => {
    expect(await refusals("packages/venv/src/probe.test.ts", "@hpckit/apptainer")).toContain(boundary);
  });
});
