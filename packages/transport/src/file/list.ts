import { isUtf8 } from "node:buffer";
import { OutputUnreadableError, sh, type Cancellable, type FileKind, type FolderEntry, type RemotePath } from "@hpckit/core";
import { cancellable } from "../cancellable.js";
import type { ChannelSource } from "../channel/channel.js";
import { fromOctets } from "../guard/octets.js";
import { runFileScript } from "./file-script.js";
import { pathWord } from "./path.js";

/** Kind, permission bits, size, owner, group, time of change, then the name, which may hold anything but a NUL. */
const entryFormat = String.raw`%y %m %s %U %G %T@ %f\0`;

/** {@link Transport.list} */
export async function list(source: ChannelSource, path: RemotePath, options: Cancellable = {}): Promise<readonly FolderEntry[]> {
  const { signal } = cancellable(options, "list");
  const folder = pathWord(path);
  const script = sh`
    if [ -e ${folder} ] && [ ! -d ${folder} ]; then echo "hpckit: unsupported: not a folder" >&2; exit 1; fi
    find -H ${folder} -ignore_readdir_race -mindepth 1 -maxdepth 1 -printf ${entryFormat}
  `;
  return parseEntries(await runFileScript(source, { operation: "list", path, script, signal }));
}

const kinds: Readonly<Record<string, FileKind>> = { f: "file", d: "folder", l: "symlink" };

/** @see find(1) of GNU findutils, `-printf` */
export function parseEntries(output: Buffer): readonly FolderEntry[] {
  const records = output.toString("latin1").split("\0");
  const rest = records.pop();
  if (rest !== "") throw new OutputUnreadableError("find", "the output ends inside an entry", rest ?? "");
  return records.map(parseEntry).sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)));
}

function parseEntry(record: string): FolderEntry {
  const fields = /^(\S) ([0-7]+) (\d+) (\d+) (\d+) (-?\d+)(?:\.\d+)? ([^]+)$/.exec(record);
  if (fields === null) throw new OutputUnreadableError("find", "an entry of another form", record);
  const [, kind = "", mode = "", size, uid, gid, time, name = ""] = fields;
  const bytes = fromOctets(name);
  return {
    name: isUtf8(bytes) ? bytes.toString("utf8") : new Uint8Array(bytes),
    kind: kinds[kind] ?? "other",
    mode: Number.parseInt(mode, 8),
    sizeBytes: Number(size),
    uid: Number(uid),
    gid: Number(gid),
    modifiedAtSeconds: Number(time),
  };
}
