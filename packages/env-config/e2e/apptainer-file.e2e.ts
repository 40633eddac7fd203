import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { carriedVariables, changedIn, readEnvironment, repeatedlyAsync } from "../../../tools/environment/hostile-variables.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { renderVariables } from "../src/index.js";

const folder = workFolder("env-file");
/** Apptainer splits the option at commas, but within quotes. */
const quotedFile = `"${folder}/file"`;
let login: Transport;
beforeAll(async () => {
  login = await signIn("newest");
  await login.mkdir(folder);
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

describe.each([
  { dialect: "apptainer", flags: [] },
  { dialect: "apptainer", flags: ["--no-eval"] },
  { dialect: "apptainer-no-eval", flags: ["--no-eval"] },
  { dialect: "apptainer-eval", flags: [] },
] as const)("an environment file for $dialect, given to Apptainer with $flags", ({ dialect, flags }) => {
  it("brings every value into a container, a thousand at a time", async () => {
    await repeatedlyAsync(4, async (seed) => {
      const given = carriedVariables(dialect, 1000, seed);
      await login.writeFile(`${folder}/file`, renderVariables(given, { dialect }));
      const { stdoutBytes, stderr, exitCode } = await login.exec(["apptainer", "-s", "exec", "--cleanenv", ...flags, "--env-file", quotedFile, "/shared/images/debian-root", "/bin/cat", "/proc/self/environ"]);
      expect({ stderr, exitCode, changed: changedIn(given, readEnvironment(stdoutBytes)) }).toEqual({ stderr: "", exitCode: 0, changed: [] });
    });
  });
});
