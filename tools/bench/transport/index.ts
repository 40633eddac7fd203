import type { Benchmark } from "../benchmark.js";
import { measureFiles } from "./files.js";
import { measureCommands } from "./commands.js";
import { measureSlowReader } from "./slow-reader.js";
import { measureTrees } from "./trees.js";

/** The transport against raw ssh2 and OpenSSH's own tools, on a real sshd of this machine. */
export const benchmark: Benchmark = async (onRow) => {
  await measureCommands(onRow);
  await measureFiles(onRow);
  await measureTrees(onRow);
  await measureSlowReader(onRow);
};
