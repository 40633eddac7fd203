import { quoteCsh } from "@hpckit/core";
import type { Dialect } from "./dialect.js";

/** Lines that csh and tcsh run, as a file that is sourced. */
export const cshExports: Dialect = {
  title: "a csh script",
  refuse(name) {
    if (name === "SHLVL") return { reason: "is counted by tcsh itself", nextStep: "choose another name" };
    if (/^LS_?COLORS$/.test(name)) return { reason: "is read by tcsh itself, which ends the script over what it does not know in it", nextStep: "leave it to people's own start-up files" };
    return undefined;
  },
  write: (name, value) => `setenv ${name} ${quoteCsh(value)}\n`,
};
