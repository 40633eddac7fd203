import { resolve } from "node:path";
import { ensureInstalled } from "../bootstrap/install.mjs";
import { runScript } from "../bootstrap/run-script.mjs";

const root = resolve(import.meta.dirname, "../..");
ensureInstalled(root);
runScript(root, "tools/test/src/run.ts", process.argv.slice(2));
