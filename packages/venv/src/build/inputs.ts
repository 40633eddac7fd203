import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { OptionsError } from "@hpckit/core";
import type { PythonEnv, TextSource } from "../environment/python-env.js";

/** What an environment is made of, read from this machine. */
export interface Inputs {
  readonly requirements: string;
  readonly constraints: string | undefined;
  /** Of all that decides what is installed, but the interpreter. */
  readonly digest: string;
}

/** @throws OptionsError for a file that is not there, one that points to files pip would not find over there, or a password in it. */
export async function readInputs(env: PythonEnv): Promise<Inputs> {
  const requirements = await readText("requirements", env.requirements);
  const constraints = env.constraints === undefined ? undefined : await readText("constraints", env.constraints);
  const wheels = env.wheels === undefined ? undefined : await readWheels(env.wheels);
  const index = typeof env.index === "string" ? env.index : undefined; // a secret one leaves no trace, not even a digest
  return { requirements, constraints, digest: sha256(JSON.stringify([requirements, constraints, wheels, index, env.python])) };
}

async function readText(option: string, source: TextSource): Promise<string> {
  const text = typeof source === "string" ? await reading(option, source, () => readFile(source, "utf8")) : source.text;
  const lines = text.split(/\r?\n/);
  const revealing = lines.findIndex((line) => holdsPassword.test(line));
  if (revealing !== -1) {
    throw refusal(option, `line ${revealing + 1} holds a password, and the text is kept where others may read it: give the address as \`index: secret(…)\``);
  }
  const pointing = lines.filter((line) => pointsElsewhere.test(line));
  if (pointing.length > 0) {
    throw refusal(option, `${JSON.stringify(pointing[0])} points to a file that pip would not find over there: write its content here, or give a wheel`);
  }
  return text;
}

/** Other files, editable projects and relative paths. */
const pointsElsewhere = /^\s*(?:-[rce]|--(?:requirement|constraint|editable)\b|\.{1,2}\/|file:(?!\/\/))/;

/** `https://user:password@…`; with `${NAME}`, which pip fills in from the environment, nothing is revealed. */
const holdsPassword = /:\/\/[^/\s:@]*:[^/\s@$]+@/;

async function readWheels(folder: string): Promise<readonly [string, string][]> {
  const names = await reading("wheels", folder, () => readdir(folder));
  const wheels = names.filter((name) => /\.(?:whl|tar\.gz|zip)$/.test(name)).sort();
  if (wheels.length === 0) throw refusal("wheels", `no wheel lies in ${folder}`);
  return Promise.all(wheels.map(async (name): Promise<[string, string]> => [name, await digestOf(join(folder, name))]));
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

async function reading<Value>(option: string, path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw refusal(option, `${path} of this machine cannot be read (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
}

const refusal = (path: string, message: string, cause?: unknown): OptionsError => new OptionsError("python environment", [{ path, message }], { cause });
