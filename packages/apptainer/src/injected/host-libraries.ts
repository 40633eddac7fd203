import type { Report } from "../doctor/report.js";
import { architectureOf, parseSifHeader, type Architecture } from "../image/sif-header.js";
import { elfArchitecture } from "./elf-header.js";

/** A library of the host, as its file says it. */
export interface HostLibrary {
  readonly path: string;
  /** Undefined where `od` could not tell. */
  readonly architecture: Architecture | undefined;
  /** The newest minor version of glibc 2 that it wants. */
  readonly glibcMinor: number | undefined;
}

/** What a library opens while it runs. */
export interface Companion {
  readonly library: string;
  readonly what: string;
  readonly folder: string;
}

/** What the host says of the libraries that are to come in. */
export interface HostLibraries {
  readonly libraries: readonly HostLibrary[];
  readonly companions: readonly Companion[];
  /** Where the host's loader finds what they need, by name. */
  readonly links: ReadonlyMap<string, string>;
  /** Undefined where neither the image nor the machine tells. */
  readonly imageArchitecture: Architecture | undefined;
}

export function hostLibrariesOf(report: Report): HostLibraries {
  const fields = (key: string): readonly (readonly string[])[] => report.all(key).map((line) => line.split("\t"));
  const machine = architectureOf(report.first("machine") ?? "");
  const image = parseSifHeader(report.first("header") ?? "") ?? machine;
  return {
    // A file that is no library, as the script of a linker, loads nothing.
    libraries: fields("library").flatMap(([path = "", bytes = "", newest = ""]) => libraryOf(path, bytes, newest)),
    companions: fields("companion").map(([library = "", what = "", folder = ""]) => ({ library, what, folder })),
    links: new Map(fields("link").map(([name = "", path = ""]) => [name, path])),
    imageArchitecture: image === "unknown" ? undefined : image,
  };
}

function libraryOf(path: string, bytes: string, newest: string): readonly HostLibrary[] {
  const glibcMinor = minorOf(newest);
  if (bytes.trim() === "") return [{ path, architecture: undefined, glibcMinor }];
  const architecture = elfArchitecture(bytes.trim().split(" ").map(Number));
  return architecture === undefined ? [] : [{ path, architecture, glibcMinor }];
}

/** Of `GLIBC_2.34`, `glibc 2.28` and `ldd (Debian GLIBC 2.41-12) 2.41` the last number. */
export function minorOf(version: string | undefined): number | undefined {
  const minor = /^(?:.*[^\d.])?2\.(\d+)/s.exec(version ?? "")?.[1];
  return minor === undefined ? undefined : Number(minor);
}
