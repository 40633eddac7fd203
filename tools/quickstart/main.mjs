import { resolve } from "node:path";
import { ensureInstalled } from "../bootstrap/install.mjs";
import { runScript } from "../bootstrap/run-script.mjs";

const root = resolve(import.meta.dirname, "../..");
ensureInstalled(root);
runScript(root, "tools/quickstart/src/quickstart.ts", process.argv.slice(2));
