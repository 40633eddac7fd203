import { parseArgs } from "node:util";
import { packageNames } from "../config/packages.js";
import { readApiReports, updateApiReports } from "../packaging/api-report.js";
import { buildPackages } from "../packaging/pack-all.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { update: { type: "boolean", default: false } } });
const names = positionals.length > 0 ? positionals : packageNames;

await buildPackages(names);
for (const name of names) {
  if (values.update) {
    for (const path of await updateApiReports(name)) console.log(`wrote ${path}`);
    continue;
  }
  const stale = (await readApiReports(name)).filter(({ text, written }) => text !== written);
  for (const { path } of stale) console.error(`packages/${name}/${path} differs from the build: npm run api -- --update`);
  if (stale.length > 0) process.exitCode = 1;
}
