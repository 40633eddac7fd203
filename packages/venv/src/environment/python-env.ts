import { filePolicySchema, parseOptions, Secret, type FilePolicy } from "@hpckit/core";
import { z } from "zod";
import { environmentPath } from "./environment-path.js";

/** Text in a file of this machine, or given here. */
export type TextSource = string | { readonly text: string };

export interface PythonEnvInput {
  /** Absolute folder under which environments are kept, on a file system that every node sees. */
  readonly root: string;
  /** What is installed, as pip's requirements file: the path of one on this machine, or its text. */
  readonly requirements: TextSource;
  /** Versions that are not exceeded, as pip's constraints file. */
  readonly constraints?: TextSource | undefined;
  /** The interpreter, where the environment is built and used: a name on the PATH or an absolute path (default: `python3`). */
  readonly python?: string | undefined;
  /** Folder of the interpreter on the host (`sys.base_prefix`), where it is not the machine's or the image's own. A container mounts it. */
  readonly basePrefix?: string | undefined;
  /** A folder of this machine with a wheel for everything that is installed, for sites where no package index can be reached. */
  readonly wheels?: string | undefined;
  /** Address of the package index; by default what the machine's pip is configured for. A `secret` where it holds a password. */
  readonly index?: string | Secret | undefined;
  /** Who may read the environment; by default what the account's umask and the folder say. */
  readonly policy?: FilePolicy | undefined;
}

/** A Python environment as data: what it is made of and where it lies. {@link pythonEnv} makes one. */
export interface PythonEnv {
  readonly root: string;
  readonly requirements: TextSource;
  readonly constraints: TextSource | undefined;
  readonly python: string;
  readonly basePrefix: string | undefined;
  readonly wheels: string | undefined;
  readonly index: string | Secret | undefined;
  readonly policy: FilePolicy | undefined;
}

const textSchema: z.ZodType<TextSource, TextSource> = z.union([z.string().min(1), z.strictObject({ text: z.string() })], {
  error: "the path of a file on this machine, or { text }",
});

const indexSchema: z.ZodType<string | Secret, string | Secret> = z.union([z.instanceof(Secret), z.url({ protocol: /^(?:https?|file)$/ })], {
  error: "an address such as https://packages.example.edu/simple, or a secret that holds one",
}).refine((index) => index instanceof Secret || !hasPassword(index), { error: "it holds a password: give it as secret(…)" });

const hostPrefix = /^\/(?:usr(?:\/local)?)?$/;

const prefixSchema = environmentPath.refine((prefix) => !hostPrefix.test(prefix), {
  error: "it cannot be mounted over an image's own: leave basePrefix out, and the environment is built with the Python of the machine or image where it is used",
});

const pythonEnvSchema: z.ZodType<PythonEnv, PythonEnvInput> = z
  .strictObject({
    root: environmentPath,
    requirements: textSchema,
    constraints: textSchema.optional(),
    python: z.string().regex(/^(?:\/.*|[\w.+-]+)$/s, { error: "a name on the PATH or an absolute path" }).optional(),
    basePrefix: prefixSchema.optional(),
    wheels: z.string().min(1).optional(),
    index: indexSchema.optional(),
    policy: filePolicySchema.optional(),
  })
  .transform(({ root, requirements, constraints, python, basePrefix, wheels, index, policy }) => ({
    root, requirements, constraints, python: python ?? "python3", basePrefix, wheels, index, policy,
  }));

/**
 * Says what a Python environment is made of. Nothing is read or built until it is used.
 * @throws OptionsError that lists everything wrong at once.
 */
export const pythonEnv = (input: PythonEnvInput): PythonEnv => parseOptions(pythonEnvSchema, input, "python environment");

function hasPassword(address: string): boolean {
  return new URL(address).password !== "";
}
