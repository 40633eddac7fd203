import { isKeptByShells, raw, sh } from "@hpckit/core";
import type { Dialect } from "./dialect.js";

/** Lines that sh, bash and dash run, as a file that is sourced. @see POSIX.1-2017, export */
export const shExports: Dialect = {
  title: "a shell script",
  refuse: (name) => (isKeptByShells(name) ? { reason: "is a name that shells keep for themselves", nextStep: "choose another name" } : undefined),
  write: (name, value) => `${sh`export ${raw(name)}=${value}`.shell}\n`,
};
