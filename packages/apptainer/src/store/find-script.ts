import { isFolderOf, lines, OutputUnreadableError, raw, renderFindFolder, renderRoot, sh, type ShellExpression } from "@hpckit/core";
import type { SourceIdentity } from "./identity.js";
import type { ImageStore } from "./image-store.js";
import { parseRecord, type WrittenRecord } from "./image-record.js";

/** What is found of an image in a store. */
export type Finding =
  | { readonly kind: "source-missing" | "source-unreadable"; readonly path: string }
  | { readonly kind: "absent" | "damaged"; readonly name: string; readonly digest: string }
  | { readonly kind: "complete"; readonly name: string; readonly digest: string; readonly folder: string; readonly record: WrittenRecord };

/**
 * Names a source and looks whether its image is there. Of an image its size is compared, too: one that was cut is noted as damaged,
 * by a file that does not belong there.
 */
export const renderFind = ({ root, policy }: ImageStore, identity: SourceIdentity): ShellExpression =>
  lines(
    renderRoot(root, policy),
    identity.script,
    sh`
      printf 'name %s\n' "$hpckit_name"
      hpckit_stored=${root}/$(readlink -- ${root}/"$hpckit_name" || :)
      hpckit_record=$(cat -- "$hpckit_stored/.hpckit/image" 2>/dev/null || :)
      if [ -n "$hpckit_record" ]; then
        hpckit_size=$(stat -L -c %s -- "$hpckit_stored/image.sif" 2>/dev/null || echo 0)
        case $hpckit_record in *'"sizeBytes":'"$hpckit_size"'}') ;; *) : 2>/dev/null > "$hpckit_stored/damaged" || : ;; esac
        printf 'size %s\nrecord %s\n' "$hpckit_size" "$hpckit_record"
      fi
    `,
    renderFindFolder(root, raw('"$hpckit_name"')),
  );

/** @throws OutputUnreadableError if a line is no report, e.g. a banner of somebody's profile. */
export function parseFind(stdout: string, root: string): Finding {
  const report = new Map(stdout.split("\n").filter((line) => line !== "").map(parseLine));
  const text = (key: string): string => report.get(key) ?? "";
  const kind = text("state");
  if (kind === "source-missing" || kind === "source-unreadable") return { kind, path: text("source") };
  const [name, digest] = [text("name"), text("digest")];
  if (!/^[0-9a-f]{32}[a-z0-9]*$/.test(name) || !/^sha(?:256|512):[0-9a-f]+$/.test(digest)) throw unreadable("no name or digest", stdout);
  if (kind === "absent" || kind === "damaged") return { kind, name, digest };
  const folder = text("folder");
  if (kind !== "complete" || !isFolderOf(name, folder)) throw unreadable("no state", stdout);
  const record = parseRecord(text("record"));
  if (record?.sizeBytes !== Number(text("size"))) return { kind: "damaged", name, digest };
  return { kind, name, digest, folder: `${root}/${folder}`, record };
}

function parseLine(line: string): [string, string] {
  const [, key, value] = /^(state|source|name|digest|folder|size|record) (.+)$/.exec(line) ?? [];
  if (key === undefined || value === undefined) throw unreadable("a line that is no report", line);
  return [key, value];
}

const unreadable = (found: string, excerpt: string): OutputUnreadableError => new OutputUnreadableError("search for an image", found, excerpt);
