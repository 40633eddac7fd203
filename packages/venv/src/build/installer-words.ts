import type { PythonEnv } from "../environment/python-env.js";
import type { Wheels } from "../environment/wheels.js";
import type { PythonEnvFault } from "../error/python-env-error.js";

export interface Meaning {
  readonly fault: PythonEnvFault;
  /** What to do next; empty where the reason says it. */
  readonly next: string;
}

interface Words {
  readonly pattern: RegExp;
  readonly meaning: (env: PythonEnv, output: string) => Meaning;
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
    meaning: ({ wheels }, output) => ({
      fault: "index-unreachable",
      next: wheels === undefined ? "no package index could be reached: give `wheels`, a folder with a wheel for everything, or a wheelhouse" : ["no package index could be reached", ...lacking(wheels, output)].join(", and "),
    }),
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
    meaning: ({ wheels }, output) => ({ fault: "no-matching-distribution", next: wheels === undefined ? "" : lacking(wheels, output).join("") }),
  },
];

/** @param output - of all tries, the last one of them from the wheels alone. */
export const meaningOf = (output: string, env: PythonEnv): Meaning =>
  known.find(({ pattern }) => pattern.test(output))?.meaning(env, output) ?? { fault: "install-failed", next: "" };

/** What the last try did not find, in pip's words or in uv's; both name the first alone. */
function lacking(wheels: Wheels, output: string): readonly string[] {
  const found = [...output.matchAll(/No matching distribution found for (\S+)|not found in the provided package locations and you\s+require\s+([^\s,]+)/g)].at(-1);
  const name = found?.[1] ?? found?.[2];
  if (name === undefined) return [];
  return [wheels.kind === "brought" ? `the wheels have no ${name}: add it to ${wheels.path}, with all that it needs` : `the wheelhouse ${wheels.folder} has no ${name}: gather one of these requirements (ensureWheelhouse)`];
}

/** Lines that say what is wrong, in pip's words, in uv's of two times, and in Python's. */
const telling = /^\s*(?:ERROR|[Ee]rror):|^\s*(?:cause:|[×╰├]|Expected\b|Computed\b|Got\b|sha256:)|^\S+ \S+ (?:requires|has requirement) |^The package `|^\w*(?:Error|Exception|Interrupt): |^hpckit: what installs/;

/** Lines of pip's that a list follows, indented: what lacks a hash, or a version. */
const listing = /^ERROR: (?:Hashes are required|In --require-hashes mode)/;

/** The lines that say what is wrong, or else the last ones; empty where nothing was said. */
export function reasonOf(output: readonly string[]): string {
  const errors = output.flatMap((line, at) => (telling.test(line) ? [[line, ...(listing.test(line) ? listBehind(output, at) : [])]] : []));
  const told = errors.length > 0 ? errors.slice(-6).flat() : output.slice(-3);
  return [...connectionLines(output), ...told].map((line) => line.trim()).join("; ").slice(0, 2000);
}

function listBehind(output: readonly string[], at: number): readonly string[] {
  const rest = output.slice(at + 1);
  const end = rest.findIndex((line) => !/^ {4}\S/.test(line));
  return end === -1 ? rest : rest.slice(0, end);
}

/** Which index pip asked, and why it did not answer: pip itself says no more of that in its errors. It warns at each try, the last of which is told. */
function connectionLines(output: readonly string[]): readonly string[] {
  const broken = output.map((line) => /connection broken by '(.+)': \S+$/.exec(line)?.[1]).findLast((reason) => reason !== undefined);
  if (broken === undefined) return [];
  const indexes = output.findLast((line) => line.startsWith("Looking in indexes: "));
  return [...(indexes === undefined ? [] : [indexes]), broken.replace(/<\S+ object at 0x[0-9a-f]+>: /, "")];
}
