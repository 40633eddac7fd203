import { parseArgs } from "node:util";
import { repositoryRoot } from "../config/packages.js";
import { generatePackage } from "./generate-package.js";

const usage = 'npm run generate -- package NAME --floor N --description "What it does"';

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { floor: { type: "string" }, description: { type: "string" } },
  });
  const [kind, name] = positionals;
  if (kind !== "package" || name === undefined || values.floor === undefined || values.description === undefined) throw new RangeError(usage);
  const written = await generatePackage(repositoryRoot, { name, floor: Number(values.floor), description: values.description });
  console.log(`${written.join("\n")}\n\nNext: npm install; write src/index.ts, its tests and a README that opens with an example; npm run build; npm run api -- --update.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
