import { filePolicySchema, memorySizeSchema, OptionsError, parseOptions, type FilePolicy, type MemorySize, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import { programSchema } from "../engine/program.js";
import { isEngineSafe } from "../image/engine-safe.js";
import { credentialsSchema, type RegistryCredentials } from "./registry/registry-credentials.js";

export interface ImageStoreInput {
  /** Absolute folder under which images are kept, on a file system that every node sees. */
  readonly root: string;
  /** Who may read them; nobody may write. By default what the account's umask and the folder say. */
  readonly policy?: FilePolicy | undefined;
  /** The lock file on this machine, in which references have their digests; {@link lockImages} writes it. */
  readonly lock?: string | undefined;
  /** Take no reference that neither is pinned nor stands in the lock file: for what runs unwatched. */
  readonly frozen?: boolean | undefined;
  /** Of a definition that begins from several registries, the engine has none: it would tell all of them. */
  readonly credentials?: RegistryCredentials | undefined;
  /** Registries that speak plain HTTP, as `host:port`. */
  readonly insecureRegistries?: readonly string[] | undefined;
  /** What must be free under the root before an image is made (default: `2G`): for what is fetched, extracted and packed. */
  readonly free?: MemorySizeInput | undefined;
  /** The engine: a name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
}

/** A folder of images as data. {@link imageStore} makes one. */
export interface ImageStore {
  readonly root: string;
  readonly policy: FilePolicy | undefined;
  readonly lock: string | undefined;
  readonly frozen: boolean;
  readonly credentials: RegistryCredentials | undefined;
  readonly insecureRegistries: readonly string[];
  readonly free: MemorySize;
  readonly program: string;
}

const rootSchema = z
  .string()
  .startsWith("/", { error: "not an absolute path" })
  .refine(isEngineSafe, { error: "the engine would divide it, or hand it to a shell unquoted: choose a folder without quotes, commas, colons, $, `, ;, &, |, <, >, brackets and control characters in its path" })
  .refine((path) => !path.split("/").includes(".."), { error: 'what ".." means depends on links: write the path without it' })
  .transform((path) => `/${path.split("/").filter((part) => part !== "" && part !== ".").join("/")}`);

const storeSchema: z.ZodType<ImageStore, ImageStoreInput> = z
  .strictObject({
    root: rootSchema,
    policy: filePolicySchema.optional(),
    lock: z.string().min(1).optional(),
    frozen: z.boolean().optional(),
    credentials: credentialsSchema.optional(),
    insecureRegistries: z.array(z.string().regex(/^[\w.-]+(?::\d+)?$/, { error: "a host, or host:port" })).optional(),
    free: memorySizeSchema.optional(),
    program: programSchema,
  })
  .refine(({ lock, frozen }) => frozen !== true || lock !== undefined, { error: "it needs `lock`: the file that has the digests", path: ["frozen"] })
  .transform((given) => ({
    root: given.root,
    policy: given.policy,
    lock: given.lock,
    frozen: given.frozen ?? false,
    credentials: given.credentials,
    insecureRegistries: given.insecureRegistries ?? [],
    free: given.free ?? { bytes: 2 * 2 ** 30 },
    program: given.program ?? "apptainer",
  }));

/**
 * Says where images are kept. Nothing is read or made until one is asked for.
 * @throws OptionsError that lists everything wrong at once.
 */
export const imageStore = (input: ImageStoreInput): ImageStore => parseOptions(storeSchema, input, "image store");

/** Refuses what {@link imageStore} did not make, e.g. where arguments are swapped. @param subject - the function that was called. */
export function requireStore(given: unknown, subject: string): asserts given is ImageStore {
  if (typeof given === "object" && given !== null && "root" in given && "insecureRegistries" in given) return;
  throw new OptionsError(subject, [{ path: "store", message: "a store, as imageStore({ root }) gives it" }]);
}

/** Whether its registry is one of those that speak plain HTTP. */
export const isInsecure = ({ insecureRegistries }: Pick<ImageStore, "insecureRegistries">, registry: string | undefined): boolean => registry !== undefined && insecureRegistries.includes(registry);
