import type { PythonEnv } from "../environment/python-env.js";
import type { PythonEnvFault } from "../error/python-env-error.js";

export interface Meaning {
  readonly fault: PythonEnvFault;
  /** What to do next; empty where the reason says it. */
  readonly next: string;
}

interface Words {
  readonly pattern: RegExp;
  readonly meaning: (env: PythonEnv) => Meaning;
}

/**
 * What pip (20 to 26) and uv (0.13) say of a failure, and what it means: the first that is found. A full disk comes before all that it
 * leads to, and an index that does not answer before the packages that are not found then.
 */
const known: readonly Words[] = [
  {
    pattern: /No space left on device|\bos error 28\b/,
    meaning: ({ root }) => ({ fault: "disk-full", next: `there is no room under ${root} or in the folder for temporary files ($TMPDIR): make room, prune old environments, or choose another root` }),
  },
  {
    pattern: /Disk quota exceeded|\bos error 122\b/,
    meaning: ({ root }) => ({ fault: "disk-full", next: `the quota under ${root} is used up, of bytes or of files: prune old environments, or choose another root` }),
  },
  {
    pattern: /ended by signal 9\b|signal: 9\b|Cannot allocate memory|\bMemoryError\b|\bos error 12\b/,
    meaning: () => ({ fault: "killed", next: "limits of memory do this: build where there is more, in a job for instance, by handing over its Transport" }),
  },
  { pattern: /ended by signal \d/, meaning: () => ({ fault: "killed", next: "limits of login nodes do this: build on another node or in a job, by handing over its Transport" }) },
  {
    pattern: /connection broken by|Failed to establish a new connection|Temporary failure in name resolution|Could not fetch URL|ReadTimeoutError|ProxyError|error sending request for url|Could not connect, are you offline/,
    meaning: ({ wheels }) => ({ fault: "index-unreachable", next: wheels === undefined ? "no package index could be reached: give `wheels`, a folder with a wheel for everything, or a wheelhouse" : "" }),
  },
  {
    pattern: /DO NOT MATCH THE HASHES|Hash mismatch for/,
    meaning: () => ({ fault: "hash-mismatch", next: "the archive is another than the one that the requirements were locked with: find out why, and lock them again if it is right" }),
  },
  {
    pattern: /Hashes are required in --require-hashes mode|In `?--require-hashes`? mode/,
    meaning: () => ({ fault: "hash-missing", next: "every requirement needs its version and --hash, as the text of lockEnvironment has them" }),
  },
  {
    pattern: /Invalid requirement: 'lock-version|lock-version = /,
    meaning: () => ({ fault: "install-failed", next: "this pip reads no pylock.toml (pip 26.1 does, and uv): make uv or a newer pip available there, or give requirements" }),
  },
  {
    pattern: /setuptools[-_]scm was unable to detect version|versioningit|Unable to detect version control/i,
    meaning: () => ({ fault: "package-build-failed", next: "a project's .git is not brought over, and its version is made of it: build a wheel here, and give that among `projects`" }),
  },
  {
    pattern: /subprocess-exited-with-error|Failed building wheel|Failed to build|Building wheel for .* failed|backend returned an error/i,
    meaning: () => ({ fault: "package-build-failed", next: "give a wheel of it, take only versions that have one (`onlyBinary`), or load a compiler by `layers`" }),
  },
  {
    pattern: /require a different python version|requires? Python|current Python version .* does not satisfy/,
    meaning: ({ python }) => ({ fault: "no-matching-distribution", next: `${python} is too old or too new for it: name another as \`python\`, or change the requirements` }),
  },
  {
    pattern: /No matching distribution found|No solution found when resolving|ResolutionImpossible|conflicting dependencies/,
    meaning: () => ({ fault: "no-matching-distribution", next: "" }),
  },
];

/** @param output - of the last try alone, if there were several. */
export const meaningOf = (output: string, env: PythonEnv): Meaning =>
  known.find(({ pattern }) => pattern.test(output))?.meaning(env) ?? { fault: "install-failed", next: "" };

/** Lines that say what is wrong, in pip's words, in uv's of two times, and in Python's. */
const telling = /^\s*(?:ERROR|[Ee]rror):|^\s*(?:cause:|[×╰├]|Expected\b|Computed\b|Got\b|sha256:)|^\S+ \S+ (?:requires|has requirement) |^The package `|^\w*(?:Error|Exception|Interrupt): |^hpckit: what installs/;

/** The lines that say what is wrong, or else the last ones. */
export function reasonOf(output: readonly string[]): string {
  const errors = output.filter((line) => telling.test(line));
  const reason = (errors.length > 0 ? errors.slice(-6) : output.slice(-3)).map((line) => line.trim()).join("; ");
  return reason === "" ? "nothing was said" : reason.slice(0, 2000);
}
