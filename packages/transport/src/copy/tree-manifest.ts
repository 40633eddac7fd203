import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, readlink } from "node:fs/promises";
import { sh, TransportError, type ShellExpression } from "@hpckit/core";
import { fromOctets } from "../guard/octets.js";
import { sha256 } from "./block-digests.js";
import { walkTree, type WalkedEntry } from "./walk-tree.js";

/** What of two trees has to be the same beside names, kinds, sizes, digests and targets of links. */
export interface ManifestOptions {
  /** Permission bits, without setuid, setgid and sticky. */
  readonly modes: boolean;
  /** In whole seconds. Those of links are not compared. */
  readonly times: boolean;
}

/**
 * A function `manifest` of one folder: a record `kind mode time size name//target` for each entry, in the order of their bytes and each with a
 * NUL at its end, sockets left out as tar does; then the SHA-256 of each file, a line each, in the order of their names. No name holds `//`.
 */
export function defineManifest({ modes, times }: ManifestOptions): ShellExpression {
  const withoutRest = String.raw`s/^([^l]) [0-7]*([0-7]{3}) (-?[0-9]+)[.0-9]* /\1 ${modes ? String.raw`\2` : "-"} ${times ? String.raw`\3` : "-"} /`;
  return sh`
    manifest() (
      cd -- "$1" || exit 1
      find . -mindepth 1 ! -type s '(' -type f -printf 'f %03m %T@ %s %P//\0' -o -type l -printf 'l - - - %P//%l\0' -o -printf '%y %03m %T@ - %P//\0' ')' |
        sed -zE ${withoutRest} | sort -z || exit 1
      find . -type f -print0 | sort -z | xargs -0 -r sha256sum -- | sed -E 's/^\\?([0-9a-f]{64}).*/\1/'
    )
  `;
}

/** The same of a folder of this machine. */
export async function localManifest(folder: string, { modes, times }: ManifestOptions): Promise<Buffer> {
  const entries: WalkedEntry[] = [];
  for await (const entry of walkTree(Buffer.from(folder))) if (!entry.stats.isSocket()) entries.push(entry);
  const record = async ({ name, path, stats }: WalkedEntry): Promise<Buffer> => {
    if (stats.isSymbolicLink()) return Buffer.concat([Buffer.from("l - - - "), name, Buffer.from("//"), await readlink(path, { encoding: "buffer" }), Buffer.alloc(1)]);
    const mode = modes ? (stats.mode & 0o777).toString(8).padStart(3, "0") : "-";
    const time = times ? Math.floor(stats.mtimeMs / 1000) : "-";
    return Buffer.concat([Buffer.from(`${kindOf(stats)} ${mode} ${time} ${stats.isFile() ? stats.size : "-"} `), name, Buffer.from("//\0")]);
  };
  const records = await Promise.all(entries.map(record));
  const digests: string[] = [];
  const files = entries.filter(({ stats }) => stats.isFile()).sort((one, other) => Buffer.compare(one.name, other.name));
  for (let first = 0; first < files.length; first += together) digests.push(...(await Promise.all(files.slice(first, first + together).map(digestOf))));
  return Buffer.concat([...records.sort((one, other) => Buffer.compare(one, other)), Buffer.from(digests.map((digest) => `${digest}\n`).join(""))]);
}

function kindOf(stats: WalkedEntry["stats"]): string {
  if (stats.isFile()) return "f";
  if (stats.isDirectory()) return "d";
  if (stats.isFIFO()) return "p";
  return stats.isBlockDevice() ? "b" : "c";
}

/** So many files at a time; only small ones are read as a whole. */
const together = 16;
const smallBytes = 1024 * 1024;

async function digestOf({ path, stats }: WalkedEntry): Promise<string> {
  if (stats.size <= smallBytes) return sha256(await readFile(path));
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest("hex");
}

/** @throws TransportError `digest-mismatch` with the first entry that differs. */
export function compareManifests(what: string, here: Buffer, there: Buffer): void {
  if (here.equals(there)) return;
  const name = firstDifference(describe(here), describe(there));
  throw new TransportError("digest-mismatch", `${what}: ${name === undefined ? "the two trees" : JSON.stringify(name)}: not the same here and there`, { detail: { entry: name } });
}

/** Entries by name, files with their digests. */
function describe(manifest: Buffer): ReadonlyMap<string, string> {
  const end = manifest.lastIndexOf(0) + 1;
  const digests = manifest.toString("latin1", end).split("\n");
  const described = new Map<string, string>();
  const files: string[] = [];
  for (const record of manifest.toString("latin1", 0, end).split("\0").slice(0, -1)) {
    const [, about = "", name = ""] = /^(\S+ \S+ \S+ \S+) ([^]*?)\/\//.exec(record) ?? [];
    if (about.startsWith("f")) files.push(name);
    described.set(name, record);
  }
  for (const [index, name] of files.sort(byBytes).entries()) described.set(name, `${described.get(name) ?? ""} ${digests[index] ?? ""}`);
  return described;
}

const byBytes = (one: string, other: string): number => (one < other ? -1 : 1);

function firstDifference(here: ReadonlyMap<string, string>, there: ReadonlyMap<string, string>): string | undefined {
  const names = [...new Set([...here.keys(), ...there.keys()])].sort(byBytes);
  const name = names.find((each) => here.get(each) !== there.get(each));
  return name === undefined ? undefined : fromOctets(name).toString("utf8");
}
