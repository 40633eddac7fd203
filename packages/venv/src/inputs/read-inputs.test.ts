import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OptionsError, secret } from "@hpckit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pythonEnv, type PythonEnvInput } from "../environment/python-env.js";
import { readInputs } from "./read-inputs.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inputs "));
  mkdirSync(join(folder, "wheels"));
  writeFileSync(join(folder, "wheels/a-1-py3-none-any.whl"), "a");
});
afterEach(() => rmSync(folder, { recursive: true }));

const digest = async (input: Partial<PythonEnvInput>): Promise<string> =>
  (await readInputs(pythonEnv({ root: "/r", requirements: { text: "a==1\n" }, ...input }))).digest;

describe("readInputs", () => {
  it("gives the same digest to the same content, from a file or not, wherever it will lie", async () => {
    writeFileSync(join(folder, "requirements.txt"), "a==1\n");
    expect(await digest({ requirements: join(folder, "requirements.txt"), root: "/elsewhere" })).toBe(await digest({}));
  });

  it("gives another digest for one byte more in any kind of input", async () => {
    const [requirements, constraints, project, archive] = ["requirements.txt", "constraints.txt", "project", "own-1-py3-none-any.whl"].map((name) => join(folder, name)) as [string, string, string, string];
    mkdirSync(join(project, "src"), { recursive: true });
    const files = [requirements, constraints, join(project, "pyproject.toml"), join(project, "src/own.py"), archive, join(folder, "wheels/a-1-py3-none-any.whl")];
    for (const file of files) writeFileSync(file, "x");
    const all = (): Promise<string> => digest({ requirements, constraints, projects: [project, archive], wheels: join(folder, "wheels") });
    const digests = [await all()];
    for (const file of files) {
      appendFileSync(file, "#");
      digests.push(await all());
    }
    chmodSync(join(project, "src/own.py"), 0o755);
    digests.push(await all());
    expect(new Set(digests).size).toBe(files.length + 2);
    writeFileSync(join(folder, "wheels/notes.txt"), "");
    mkdirSync(join(project, "__pycache__"));
    expect(await all()).toBe(digests.at(-1));
  });

  it("gives another digest when anything differs that decides what is installed", async () => {
    const wheels = join(folder, "wheels");
    const digests = [await digest({}), await digest({ requirements: { text: "a==2\n" } }), await digest({ constraints: { text: "b<1" } }), await digest({ wheels }), await digest({ index: "https://x/simple" })];
    writeFileSync(join(wheels, "a-1-py3-none-any.whl"), "b");
    digests.push(await digest({ wheels }));
    expect(new Set(digests).size).toBe(digests.length);
  });

  it("says of a secret address that there is one, and leaves no trace of it", async () => {
    const hidden = await digest({ index: secret("https://u:p@x/simple") });
    expect(await digest({ index: secret("https://u:q@y/simple") })).toBe(hidden);
    expect(new Set([hidden, await digest({}), await digest({ extraIndexes: [secret("https://u:p@x/simple")] }), await digest({ index: "https://x/simple" })]).size).toBe(4);
  });

  it.each(["-r other.txt", "-rother.txt", "  --constraint c.txt", "-e .", "./local.whl", "../x", "file:x.whl", "--find-links wheels", "-f=./wheels"])("refuses the line %j, which points to a file of this machine", async (line) => {
    await expect(digest({ requirements: { text: `a==1\n${line}\n` } })).rejects.toThrow("would not be found over there");
  });

  it.each(["-i https://u:canary@x/simple", "a @ git+https://:canary@x/a", "-r https://u:canary@x/all.txt", "-i https://u:can$ary@x/simple", "a @ git+https://canary@x/a.git", "a @ HTTPS://canary@x/a.whl"])("refuses a password in %j, and does not show it", async (line) => {
    const failure: unknown = await digest({ requirements: { text: `a==1\n${line}\n` } }).catch((error: unknown) => error);
    expect((failure as Error).message).toContain("line 2 holds a password");
    expect((failure as Error).message).not.toMatch(/can\$?ary/);
  });

  it.each(["a==1 --hash=sha256:00", "-i https://x", "-i https://u:${PIP_TOKEN}@x/simple", "a @ git+https://${TOKEN}@x/a@v1", "a @ git+ssh://git@x/a", "a @ git+https://x/a@v1", "-f https://x/wheels", "--find-links /sw/wheels", "a @ https://x:8443/a@1.whl", "a @ https://x/a.whl", "# -r x", "requests[security]"])("takes the line %j", async (line) => {
    await expect(digest({ requirements: { text: line } })).resolves.toBeTypeOf("string");
  });

  it("says which file or folder cannot be read", async () => {
    await expect(digest({ requirements: "/nowhere/requirements.txt" })).rejects.toThrow(OptionsError);
    await expect(digest({ wheels: "/nowhere" })).rejects.toThrow("wheels: /nowhere of this machine cannot be read");
    mkdirSync(join(folder, "empty"));
    await expect(digest({ wheels: join(folder, "empty") })).rejects.toThrow("no wheel lies in");
  });
});
