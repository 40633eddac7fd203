import { parseOptions, type FilePolicy, type LaunchLayer } from "@hpckit/core";
import type { IndexAddress } from "./index-address.js";
import type { Project, ProjectInput } from "./project.js";
import { pythonEnvSchema } from "./python-env-schema.js";
import type { TextSource } from "./text-source.js";
import type { Wheels, WheelsInput } from "./wheels.js";

/** What installs: `auto` is uv where it is on the PATH and the machine's pip has no settings, which uv would not read; else pip. */
export type Installer = "auto" | "pip" | "uv";

export interface PythonEnvInput {
  /** Absolute folder under which environments are kept, on a file system that every node sees. */
  readonly root: string;
  /**
   * What is installed: pip's requirements files, as paths of this machine or texts; or one file named `pylock.toml` or
   * `pylock.NAME.toml`, read as PEP 751 says, by uv and by pip from 26.1 on.
   */
  readonly requirements?: TextSource | readonly TextSource[] | undefined;
  /** Versions that are not exceeded, as pip's constraints files; none beside a lock. */
  readonly constraints?: TextSource | readonly TextSource[] | undefined;
  /** Packages of one's own: source folders and wheels of this machine, or editable folders over there. */
  readonly projects?: readonly ProjectInput[] | undefined;
  /** The interpreter, where the environment is built and used: a name on the PATH or an absolute path (default: `python3`). */
  readonly python?: string | undefined;
  /** What makes the interpreter be there, as a loaded module does: applied where the environment is built, and again where it is used. */
  readonly layers?: readonly LaunchLayer[] | undefined;
  /** Folder of the interpreter on the host (`sys.base_prefix`), where it is not the machine's or the image's own. A container mounts it. */
  readonly basePrefix?: string | undefined;
  /**
   * A folder of this machine with a wheel for everything that is installed, taken where no package index gives it; or a wheelhouse
   * over there, from which alone it is then installed.
   */
  readonly wheels?: WheelsInput | undefined;
  /** Address of the package index; by default what the machine's pip or uv is configured for. A `secret` where it holds a password. */
  readonly index?: IndexAddress | undefined;
  /** Further indexes. The newest version of all of them is taken, by uv as by pip. */
  readonly extraIndexes?: readonly IndexAddress[] | undefined;
  /** Refuse what has no hash in the requirements, or another. Where hashes are, projects are installed last, and what they depend on must be there then. */
  readonly requireHashes?: boolean | undefined;
  /** Take wheels alone, of everything (`true`) or of these packages: nothing is compiled, no code of theirs runs. */
  readonly onlyBinary?: boolean | readonly string[] | undefined;
  /** Install what is named and nothing that it depends on. `pip check` passes in any case, or there is no environment. */
  readonly noDependencies?: boolean | undefined;
  /** See what is installed beside the interpreter too, e.g. a site's own mpi4py. */
  readonly systemSitePackages?: boolean | undefined;
  /** Modules that are imported before the environment counts as built. */
  readonly verify?: readonly string[] | undefined;
  /** Keeps environments of the same inputs apart that the interpreter does not tell apart, e.g. `x86-64-v4`. */
  readonly variant?: string | undefined;
  /** Default: `auto`. One that is named is a part of the environment's name. */
  readonly installer?: Installer | undefined;
  /** Who may read the environment; by default what the account's umask and the folder say. */
  readonly policy?: FilePolicy | undefined;
}

/** A Python environment as data: what it is made of and where it lies. {@link pythonEnv} makes one. */
export interface PythonEnv {
  readonly root: string;
  readonly requirements: readonly TextSource[];
  readonly constraints: readonly TextSource[];
  readonly projects: readonly Project[];
  readonly python: string;
  readonly layers: readonly LaunchLayer[];
  readonly basePrefix: string | undefined;
  readonly wheels: Wheels | undefined;
  readonly index: IndexAddress | undefined;
  readonly extraIndexes: readonly IndexAddress[];
  readonly requireHashes: boolean;
  readonly onlyBinary: readonly string[];
  readonly noDependencies: boolean;
  readonly systemSitePackages: boolean;
  readonly verify: readonly string[];
  readonly variant: string | undefined;
  readonly installer: Installer;
  readonly policy: FilePolicy | undefined;
}

/**
 * Says what a Python environment is made of. Nothing is read or built until it is used.
 * @throws OptionsError that lists everything wrong at once.
 */
export const pythonEnv = (input: PythonEnvInput): PythonEnv => parseOptions(pythonEnvSchema, input, "python environment");
