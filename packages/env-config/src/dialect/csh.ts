import { quoteCsh } from "@hpckit/core";
import type { Dialect } from "./dialect.js";

/** Lines that csh and tcsh run, as a file that is sourced. */
export const cshExports: Dialect = {
  title: "a csh script",
  refuse: (name) => (name === "SHLVL" ? { reason: "is counted by tcsh itself", nextStep: "choose another name" } : undefined),
  write: (name, value) => `setenv ${name} ${quoteCsh(value)}\n`,
};
