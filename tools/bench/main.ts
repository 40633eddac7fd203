import { runNamed } from "./run-named.js";

await runNamed("bench", import.meta.dirname);
