import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDescription, readManifest, scope, type PackageRules } from "../config/packages.js";
import { packageShape } from "./package-shape.js";

export interface NewPackage {
  readonly name: string;
  readonly floor: number;
  readonly description: string;
}

/**
 * Writes a new package and enters it in tools/config/packages.json, standing on `core` alone. It may bring zod, and asks
 * for it when it first uses it: a dependency that nothing uses is refused.
 * @param root - the checkout to write into
 * @returns the paths written, inside `root`
 * @throws RangeError, before anything is written, for a name, floor or description that cannot be
 */
export async function generatePackage(root: string, { name, floor, description }: NewPackage): Promise<readonly string[]> {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) throw new RangeError(`"${name}" is no package name: write it like-this`);
  if (!Number.isInteger(floor) || floor < 1 || floor > 5) throw new RangeError(`floor ${floor}: choose 1 to 5; core alone stands on 0`);
  if (!isDescription(description)) throw new RangeError(`description "${description}": say what the package does, over 20 characters, with a capital first and no full stop`);
  const folder = join("packages", name);
  if (existsSync(join(root, folder))) throw new RangeError(`${folder} is there already`);

  const core = readManifest("core");
  const files: Readonly<Record<string, string>> = {
    ...packageShape({
      name,
      floor,
      description,
      version: core.version,
      entries: ["index"],
      dependencies: { [`${scope}core`]: `^${core.version}` },
    }),
    "README.md": `# ${scope}${name}\n\n${description}.\n`,
    "src/index.ts": "export {};\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, folder, path)), { recursive: true });
    await writeFile(join(root, folder, path), text);
  }

  const rulesPath = join("tools", "config", "packages.json");
  const rules = JSON.parse(await readFile(join(root, rulesPath), "utf8")) as Record<string, PackageRules>;
  await writeFile(join(root, rulesPath), renderRules({ ...rules, [name]: { floor, packages: ["core"], external: ["zod"] } }));
  return [rulesPath, ...Object.keys(files).map((path) => join(folder, path))];
}

/** One line a package, lowest floor first. */
export function renderRules(rules: Readonly<Record<string, PackageRules>>): string {
  const lines = Object.entries(rules)
    .sort(([, a], [, b]) => a.floor - b.floor)
    .map(([name, rule]) => {
      const { floor, packages, external } = rule;
      return `  "${name}": { "floor": ${floor}, "packages": ${list(packages)}, "external": ${list(external)} }`;
    });
  return `{\n${lines.join(",\n")}\n}\n`;
}

function list(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
}
