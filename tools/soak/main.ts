import { runNamed } from "../bench/run-named.js";

await runNamed("soak", import.meta.dirname);
