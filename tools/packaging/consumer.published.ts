import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { entryPoints, importPath, packageNames, packageRules, readManifest, repositoryRoot, scope } from "../config/packages.js";
import { createConsumer, standsOn, type Consumer } from "./consumer.js";
import { findNode, testedNodes } from "./node-releases.js";

/** Packages of others that bring nothing themselves. */
const withoutDependencies = new Set(["yaml", "zod"]);

describe.each(packageNames)("%s in an empty project", (name) => {
  const paths = entryPoints(readManifest(name)).map((entry) => importPath(name, entry));
  let consumer: Consumer;
  const exported = new Map<string, readonly string[]>();
  beforeAll(async () => {
    consumer = await createConsumer(name, inject("packed"));
    for (const path of paths) exported.set(path, await names(process.execPath, path, "module"));
  });
  afterAll(async () => consumer[Symbol.asyncDispose]());

  const external = [name, ...standsOn(name)].flatMap((other) => packageRules[other]?.external ?? []);
  if (external.every((other) => withoutDependencies.has(other))) {
    it("brings nothing but what it stands on", () => {
      const allowed = [name, ...standsOn(name)].map((other) => scope + other);
      expect([...consumer.installed].sort()).toEqual([...new Set([...allowed, ...external])].sort());
    });
  }

  it.each(["this", ...testedNodes])("gives the same names to import and to require: Node %s", async (version) => {
    const node = version === "this" ? process.execPath : await findNode(version);
    for (const path of paths) {
      expect(exported.get(path), path).not.toEqual([]);
      expect(await names(node, path, "module"), path).toEqual(exported.get(path));
      expect(await names(node, path, "commonjs"), path).toEqual(exported.get(path));
    }
  });

  it.each([
    ["node16", "node16", ["import.mts"]],
    ["preserve", "bundler", ["import.mts"]],
    ["nodenext", "nodenext", ["import.mts", "require.cts"]],
  ])("has types that hold without skipLibCheck: module %s, resolution %s", async (module, moduleResolution, files) => {
    const uses = [...exported].map(([path, all], at) => ({ path, it: `it${at}`, all: `[${all.map((one) => `it${at}.${one}`).join(", ")}]` }));
    const write = async (file: string, importOf: (path: string, it: string) => string) => {
      const lines = uses.map((use) => `${importOf(use.path, use.it)}\nexport const all${use.it}: readonly unknown[] = ${use.all};\n`);
      await writeFile(join(consumer.folder, file), lines.join(""));
    };
    await write("import.mts", (path, it) => `import * as ${it} from "${path}";`);
    await write("require.cts", (path, it) => `import ${it} = require("${path}");`);
    const compilerOptions = { module, moduleResolution, target: "es2022", strict: true, skipLibCheck: false, noEmit: true, types: ["node"] };
    await writeFile(join(consumer.folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const tsc = join(repositoryRoot, "node_modules", ".bin", "tsc");
    const { stdout } = await execa(tsc, ["-p", "."], { cwd: consumer.folder, reject: false });
    expect(stdout).toBe("");
  });

  /** What an entry point exports, in a process of its own. */
  async function names(node: string, path: string, type: "module" | "commonjs"): Promise<readonly string[]> {
    const load = type === "module" ? `import * as it from "${path}";` : `const it = require("${path}");`;
    const script = `${load} process.stdout.write(JSON.stringify(Object.keys(it).filter((name) => name !== "__esModule" && name !== "module.exports").sort()));`;
    const { stdout } = await execa(node, [`--input-type=${type}`, "--eval", script], { cwd: consumer.folder });
    return JSON.parse(stdout) as readonly string[];
  }
});
