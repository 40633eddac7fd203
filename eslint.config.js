import { readFileSync } from "node:fs";
import eslint from "@eslint/js";
import { createProjectGraphAsync } from "@nx/devkit";
import nx from "@nx/eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

// Without a graph the boundary rule would skip itself with a warning.
process.env.NX_DAEMON = "false";
await createProjectGraphAsync();

/** The floors of the house and who may stand on whom; the generator and the metadata tests read the same file. */
const packages = JSON.parse(readFileSync(new URL("tools/config/packages.json", import.meta.url), "utf8"));
const floors = [0, 1, 2, 3, 4, 5];

/** An import points down a floor, and only to the packages that the table names. */
const boundaries = {
  depConstraints: [
    ...floors.map((floor) => ({
      sourceTag: `floor:${floor}`,
      onlyDependOnLibsWithTags: floors.slice(0, floor).map((below) => `floor:${below}`),
    })),
    ...Object.entries(packages).map(([name, rules]) => ({
      sourceTag: `package:${name}`,
      onlyDependOnLibsWithTags: rules.packages.map((other) => `package:${other}`),
    })),
  ],
};

const sshAndProcesses = {
  paths: ["ssh2", "execa"].map((name) => ({ name, message: "Only @hpckit/transport starts processes and opens connections: take a Transport." })),
};
const toolsOfTheRepository = {
  patterns: [{ group: ["**/tools/**"], message: "tools/ is not published: sources of a package cannot import it." }],
};

const tests = ["packages/*/src/**/*.test.ts", "packages/*/e2e/**/*.ts"];

export default defineConfig(
  globalIgnores(["**/dist", "**/fixtures", "packages/*/src/**/generated", "docs/api", "**/.*/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true } },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Numbers in messages are ordinary; objects are not.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `record["name"]` is what noPropertyAccessFromIndexSignature asks for.
      "@typescript-eslint/dot-notation": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // A transport is asynchronous by contract, also where one implementation has nothing to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["packages/*/src/**/*.ts"],
    plugins: { "@nx": nx },
    rules: {
      "@nx/enforce-module-boundaries": ["error", boundaries],
      "no-restricted-imports": ["error", { ...sshAndProcesses, ...toolsOfTheRepository }],
    },
  },
  { files: ["packages/transport/src/**/*.ts"], rules: { "no-restricted-imports": ["error", toolsOfTheRepository] } },
  {
    // Floors bind source. A test may take any package's stand-ins, a transport, and the test ground.
    files: tests,
    plugins: { "@nx": nx },
    rules: {
      "@nx/enforce-module-boundaries": ["error", { ...boundaries, allow: ["^@hpckit/transport$", "^@hpckit/[a-z-]+/testing$", String.raw`^(\.\./)+tools/`] }],
      "no-restricted-imports": ["error", sshAndProcesses],
    },
  },
  { files: ["packages/transport/{src/**/*.test.ts,e2e/**/*.ts}"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["tools/**/*.{ts,mjs}", "docs/examples/**/*.ts", "*.config.{ts,js}"],
    rules: { "no-console": "off" },
  },
  {
    files: ["**/*.test.ts", "**/*.e2e.ts"],
    rules: {
      // A string is spread to its characters, and written in a template to see how a value shows itself there.
      "@typescript-eslint/no-misused-spread": "off",
      "@typescript-eslint/no-unnecessary-template-expression": "off",
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly", setTimeout: "readonly", clearTimeout: "readonly" } },
  },
);
