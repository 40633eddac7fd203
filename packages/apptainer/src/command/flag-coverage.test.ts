import { describe, expect, it } from "vitest";
import { containerRules, omittedFlags } from "../container/container-rules.js";
import { joinRules } from "../container/join-options.js";
import { engineRules } from "../engine/engine-options.js";
import { flagsOf } from "../engine/flags/flag-rule.js";
import { flagTable } from "../engine/flags/generated/flag-table.js";
import { verbs, type Verb } from "../engine/flags/verb.js";
import { instanceRules, runRules, shellRules } from "./action-commands.js";
import { buildRules } from "./build-command.js";
import { cacheCleanRules, cacheListRules } from "./cache-commands.js";
import { inspectRules, overlayCreateRules } from "./image-commands.js";
import { instanceListRules, instanceStatsRules, instanceStopRules } from "./instance-commands.js";
import { keyExportRules, keyImportRules, keyListRules, keyNewpairRules, keyRemoveRules, keySearchRules, keyServerRules } from "./key-commands.js";
import { pullRules, pushRules } from "./pull-commands.js";
import { signRules, verifyRules } from "./signing-commands.js";

const action = [...flagsOf(containerRules), ...Object.keys(omittedFlags)];
const asksAPerson = ["docker-login", "passphrase", "password"];

/** What options write, and what is left out on purpose. */
const typed: Readonly<Record<Verb, readonly string[]>> = {
  global: [...flagsOf(engineRules), "version", "build-config"],
  exec: action,
  run: [...action, ...flagsOf(runRules)],
  shell: [...action, ...flagsOf(shellRules)],
  "instance start": [...action, ...flagsOf(instanceRules)],
  "instance run": [...action, ...flagsOf(instanceRules)],
  "instance list": flagsOf(instanceListRules),
  "instance stop": [...flagsOf(instanceStopRules), "all"],
  "instance stats": flagsOf(instanceStatsRules),
  build: [...flagsOf(buildRules), "mount", "bind", ...asksAPerson],
  pull: [...flagsOf(pullRules), "dir", ...asksAPerson],
  push: [...flagsOf(pushRules), ...asksAPerson],
  inspect: flagsOf(inspectRules),
  "cache list": flagsOf(cacheListRules),
  "cache clean": [...flagsOf(cacheCleanRules), "force"],
  "overlay create": flagsOf(overlayCreateRules),
  sign: flagsOf(signRules),
  verify: flagsOf(verifyRules),
  "key list": flagsOf(keyListRules),
  "key newpair": [...flagsOf(keyNewpairRules), ...asksAPerson],
  "key import": flagsOf(keyImportRules),
  "key export": flagsOf(keyExportRules),
  "key remove": flagsOf(keyRemoveRules),
  "key search": flagsOf(keySearchRules),
  "key pull": flagsOf(keyServerRules),
  "key push": flagsOf(keyServerRules),
};

const flagsOfApptainer = (verb: Verb): readonly string[] => flagTable.filter(({ places }) => places.some((place) => place.apptainer !== undefined && place.verbs.includes(verb))).map(({ name }) => name);

describe("every flag of Apptainer 1.1 to 1.5", () => {
  it.each(verbs)("of %s has an option, or a reason to have none", (verb) => {
    expect(flagsOfApptainer(verb).filter((flag) => !typed[verb].includes(flag))).toEqual([]);
  });

  it("is a flag that some recorded engine has, so no option is misspelt", () => {
    const known = new Set(flagTable.map(({ name }) => name));
    const written = verbs.flatMap((verb) => typed[verb]).filter((flag) => !asksAPerson.includes(flag));
    expect([...new Set([...written, ...flagsOf(joinRules)])].filter((flag) => !known.has(flag))).toEqual([]);
  });
});
