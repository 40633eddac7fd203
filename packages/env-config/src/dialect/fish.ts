import { quoteFish } from "@hpckit/core";
import type { Dialect } from "./dialect.js";

/** Names that fish keeps, or whose value it changes: it tidies the path in HOME (3.6). Others of its own, too, begin with `fish_`. @see fish(1), Special variables */
const kept: ReadonlySet<string> = new Set(["_", "CMD_DURATION", "FISH_VERSION", "HOME", "PWD", "SHLVL", "history", "hostname", "pipestatus", "status", "status_generation", "umask", "version"]);

/** Lines that fish runs, as a file that is sourced. */
export const fishExports: Dialect = {
  title: "a fish script",
  refuse(name, value) {
    if (kept.has(name) || /^_*fish_/.test(name)) return { reason: "is a name that fish keeps for itself", nextStep: "choose another name" };
    if (/^(?:CD)?PATH$/.test(name) && value.split(":").includes("")) return { reason: "holds an empty folder, for which fish writes a dot", nextStep: "take it away, or write the dot" };
    return undefined;
  },
  write: (name, value) => `set -gx ${name} ${quoteFish(value)}\n`,
};
