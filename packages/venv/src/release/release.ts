import { filePolicySchema, OptionsError, parseOptions, type FilePolicy } from "@hpckit/core";
import { z } from "zod";
import { environmentPath } from "../environment/environment-path.js";

/** A folder of this machine, or a tar archive on it, as `git archive --output=caqrn.tar HEAD` writes one of a commit. */
export type ReleaseSource = string | { readonly archive: string };

export interface ReleaseInput {
  /** Absolute folder under which releases are kept, on a file system that every node sees. */
  readonly root: string;
  readonly source: ReleaseSource;
  /**
   * What of a folder stays here: names such as `*.log` at any depth, or paths from its top such as `data/raw`; `*` is anything but a slash.
   * `.git`, `__pycache__`, `.venv` and `node_modules` always do.
   */
  readonly exclude?: readonly string[] | undefined;
  /** Who may read it; by default everybody that can reach it. Write permissions are taken away in any case. */
  readonly policy?: FilePolicy | undefined;
}

/** The project's own code as data: what is deployed, and where to. {@link release} makes one. */
export interface Release {
  readonly root: string;
  readonly source: ReleaseSource;
  readonly exclude: readonly string[];
  readonly policy: FilePolicy | undefined;
}

const always = [".git", "__pycache__", ".venv", "node_modules"];

const pattern = z.string().regex(/^(?!\/)[^\0]+$/, { error: "a name or a path from the top of the source, e.g. *.log or data/raw" });

const releaseSchema: z.ZodType<Release, ReleaseInput> = z
  .strictObject({
    root: environmentPath,
    source: z.union([z.string().min(1), z.strictObject({ archive: z.string().regex(/\.(?:tar|tar\.gz|tgz)$/, { error: "a .tar, .tar.gz or .tgz, as `git archive --output=x.tar HEAD` writes" }) })], {
      error: "a folder of this machine, or { archive }",
    }),
    exclude: z.array(pattern).optional(),
    policy: filePolicySchema.optional(),
  })
  .refine(({ source, exclude = [] }) => typeof source === "string" || exclude.length === 0, { path: ["exclude"], error: "an archive is taken whole: leave files out when it is made" })
  .transform(({ root, source, exclude = [], policy }) => ({ root, source, exclude: [...always, ...exclude], policy }));

/**
 * Says what a release of the project's own code is made of. Nothing is read until it is used.
 * @throws OptionsError that lists everything wrong at once.
 */
export const release = (input: ReleaseInput): Release => parseOptions(releaseSchema, input, "release");

/**
 * Refuses what {@link release} did not make, before anything happens: its input, for instance, or a transport in its place.
 * @param subject - the function that was called, for the message.
 * @throws OptionsError that names the argument.
 */
export function requireRelease(given: unknown, subject: string): asserts given is Release {
  const { source, exclude } = (given ?? {}) as Partial<Release>;
  if (source === undefined || !Array.isArray(exclude)) throw new OptionsError(subject, [{ path: "release", message: "a release as release({ root, source }) makes it" }]);
}
