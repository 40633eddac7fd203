import type { Report } from "../doctor/report.js";
import { nameOf, notChecked, wantingMore } from "./host-rules.js";
import { minorOf, type Companion, type HostLibraries } from "./host-libraries.js";
import type { InjectedFinding } from "./injected-finding.js";

/** What the image's own loader told of the libraries, inside. */
export function judgeInside(report: Report, host: HostLibraries): readonly InjectedFinding[] {
  const musl = report.first("musl");
  if (musl !== undefined && report.first("glibc") === undefined) {
    return [{ code: "image-without-glibc", severity: "error", cause: "The host's libraries are made for glibc, and the image has another C library.", observed: `the image has ${musl}`, fix: "build the image on a distribution with glibc (Debian, Rocky Linux), or use its own MPI: { pattern: \"hybrid\" }" }];
  }
  const told = report.all("missing").map(asPair);
  const missing = told.map(([path, line]) => readMissing(line, nameOf(path)));
  return [
    ...judgeGlibc(report, host),
    ...judgeVersions(missing.filter((each) => each.kind === "version"), report),
    ...judgeNeeds(missing.filter((each) => each.kind === "library"), host),
    ...judgeFailures(report, new Set(told.map(([path]) => path))),
    ...judgeCompanions(report, host),
    ...(report.is("lacking") ? [notChecked("the image has neither a loader of glibc nor ldd", "look whether the image is whole")] : []),
  ];
}

interface Missing {
  readonly kind: "version" | "library";
  readonly name: string;
  /** The library that needs it. */
  readonly by: string;
}

const asPair = (line: string): readonly [path: string, text: string] => [line.slice(0, line.indexOf("\t")), line.slice(line.indexOf("\t") + 1)];

/** `libpmix.so.2 => not found`, or ``/lib/libc.so.6: version `GLIBC_2.42' not found (required by /x/libedit.so.2)``. */
function readMissing(line: string, asked: string): Missing {
  const [, version, by] = /version [`'"]([^'"`]+)['"`] not found(?: \(required by (.*)\))?/.exec(line) ?? [];
  if (version !== undefined) return { kind: "version", name: version, by: nameOf(by ?? asked) };
  return { kind: "library", name: /^\s*(\S+) => not found/.exec(line)?.[1] ?? line.trim(), by: asked };
}

function judgeGlibc(report: Report, { libraries }: HostLibraries): readonly InjectedFinding[] {
  const there = minorOf(report.first("glibc"));
  if (there === undefined) return [notChecked("the image does not tell the version of its glibc", "put getconf or ldd into the image")];
  const wanting = wantingMore(libraries, there);
  const newest = Math.max(...wanting.map(({ glibcMinor }) => glibcMinor ?? 0));
  if (wanting.length === 0) return [];
  return [{
    code: "glibc-too-old", severity: "error",
    cause: "The image's C library is older than the one that the host's libraries were made for: they do not load.",
    observed: `the image has glibc 2.${there}; ${wanting.map(({ path, glibcMinor }) => `${path} needs 2.${glibcMinor ?? ""}`).join(", ")}`,
    fix: `build the image on a distribution with glibc 2.${newest} or newer, or use its own MPI: { pattern: "hybrid" }`,
  }];
}

/** Of glibc's own versions the files told already, where the image's is known. */
function judgeVersions(missing: readonly Missing[], report: Report): readonly InjectedFinding[] {
  const others = minorOf(report.first("glibc")) === undefined ? missing : missing.filter(({ name }) => !name.startsWith("GLIBC_2."));
  return byName(others).map(([name, users]) => ({
    code: "symbol-version-missing", severity: "error",
    cause: "A library of the image is older than the one that the host's were made with.",
    observed: `${name} is needed by ${users.join(", ")}`,
    fix: name.startsWith("GLIBCXX") || name.startsWith("CXXABI") ? "put a newer libstdc++ into the image: build it on a newer distribution" : "bring in the host's library that has it, too, or build the image on a newer distribution",
  }));
}

const judgeNeeds = (missing: readonly Missing[], { links }: HostLibraries): readonly InjectedFinding[] =>
  byName(missing).map(([name, users]) => {
    const path = links.get(name);
    return {
      code: "needed-library-missing", severity: "error",
      cause: "What a library is linked with is neither in the image nor brought in: programs end before they begin.",
      observed: `${name} is needed by ${users.join(", ")}`,
      fix: path === undefined ? `bring in a folder that has ${name}, or put it into the image` : `add "${path}" to libraries, or put ${name} into the image`,
    };
  });

/** For another reason than those that the loader told of line by line. */
const judgeFailures = (report: Report, explained: ReadonlySet<string>): readonly InjectedFinding[] =>
  report.all("failed").map(asPair).filter(([path]) => !explained.has(path)).map(([path, said]) => ({
    code: "library-refused", severity: "error",
    cause: "The image's loader refuses the library.",
    observed: `${path}: ${said.trim() === "" ? "the loader said nothing" : said.trim()}`,
    fix: "look whether the file is whole, or leave it out",
  }));

/** One of the places where a library looks is enough. */
function judgeCompanions(report: Report, { companions }: HostLibraries): readonly InjectedFinding[] {
  const seen = new Set(report.all("sees"));
  const abouts = new Set(companions.map(aboutOf));
  return [...abouts].flatMap((about) => {
    const group = companions.filter((companion) => aboutOf(companion) === about);
    const [first] = group;
    if (first === undefined || group.some(({ folder }) => seen.has(folder))) return [];
    return [{
      code: "companion-missing", severity: "warning",
      cause: "The library opens it while it runs, and falls back to slower ways, or finds no device, without.",
      observed: `${about}, at ${first.folder} on the host, is not seen inside`,
      fix: `mount it: mounts: [{ source: "${first.folder}", readOnly: true }]`,
    } as const];
  });
}

const aboutOf = ({ library, what }: Companion): string => `${library}: ${what}`;

const byName = (missing: readonly Missing[]): readonly (readonly [name: string, users: readonly string[]])[] =>
  [...new Set(missing.map(({ name }) => name))].map((name) => [name, [...new Set(missing.filter((each) => each.name === name).map(({ by }) => by))]]);
