import { OutputUnreadableError } from "../error/index.js";
import { lines, sh } from "../shell/sh.js";
import type { ShellExpression } from "../shell/word.js";
import type { Cancellable, Transport } from "../transport/transport.js";

/**
 * - `published`: stands under its name;
 * - `superseded`: whole, but another one stands under its name, as after a purge that took single files of it;
 * - `unfinished`: being made, or left by a maker that died.
 */
export type ContentFolderState = "published" | "superseded" | "unfinished";

/** One content folder as it is found under its root. Ages are of the file server's clock. */
export interface ContentFolderEntry {
  /** Absolute. */
  readonly folder: string;
  readonly state: ContentFolderState;
  /** With a fraction, where the file system has one: of two that were made in one second one is the newer. */
  readonly madeSecondsAgo: number;
  /** Since a launch was last given it; see {@link ContentFolderEntry.stamp}. */
  readonly usedSecondsAgo: number;
  readonly sizeBytes: number;
  /** Other links of the root that lead to it, e.g. `main`; `?` for one whose name is not letters, digits and `._-`. */
  readonly links: readonly string[];
  /** Changes whenever it is used. */
  readonly stamp: string;
}

/**
 * Lists the content folders under a root; none if there is no such folder. One round trip.
 * @throws OutputUnreadableError if what answers is no list.
 */
export async function listContentFolders(on: Transport, root: string, options: Cancellable = {}): Promise<readonly ContentFolderEntry[]> {
  const { stdout } = await on.exec(["sh", "-c", renderList(root).shell], { ...options, check: true });
  return parseList(stdout, root);
}

/** The time is asked of the file server, by a file made there, where one can be made. */
const renderList = (root: string): ShellExpression =>
  lines(
    sh`
      cd -- ${root} 2>/dev/null || exit 0
      hpckit_probe=.now-$(uname -n)-$$
      if : 2>/dev/null > "$hpckit_probe"; then stat -c 'now %Y' -- "$hpckit_probe"; rm -f -- "$hpckit_probe"; else date '+now %s'; fi
      for hpckit_one in *; do
        if [ -L "$hpckit_one" ]; then
          hpckit_to=$(readlink -f -- "$hpckit_one") || continue
          [ "\${hpckit_to%/*}" = "$(pwd -P)" ] || continue
          case $hpckit_one in *[!A-Za-z0-9._-]*) hpckit_one='?' ;; esac
          printf 'link %s %s\n' "$hpckit_one" "\${hpckit_to##*/}"
        elif [ -d "$hpckit_one/.hpckit" ]; then
          case $hpckit_one in *[!A-Za-z0-9-]* | -* | *- ) continue ;; *-*) ;; *) continue ;; esac
          hpckit_state=unfinished
          hpckit_stamp=$hpckit_one/.hpckit
          if [ -e "$hpckit_one/.hpckit/complete" ]; then hpckit_state=whole; hpckit_stamp=$hpckit_one/.hpckit/used; fi
          hpckit_times="$(stat -c '%Y %y' -- "$hpckit_one/.hpckit/complete" 2>/dev/null || stat -c '%Y %y' -- "$hpckit_stamp") $(stat -c '%Y %y' -- "$hpckit_stamp")" || continue
          printf 'folder %s %s %s %s\n' "$hpckit_one" "$hpckit_state" "$(du -sk -- "$hpckit_one" 2>/dev/null | cut -f1)" "$hpckit_times"
        fi
      done
    `,
  );

function parseList(stdout: string, root: string): readonly ContentFolderEntry[] {
  const rows = stdout.split("\n").filter((line) => line !== "");
  if (rows.length === 0) return [];
  const unreadable = (row: string): OutputUnreadableError => new OutputUnreadableError("list of content folders", "a line that is no report", row);
  const links = new Map<string, string[]>();
  const folders: (readonly [string, boolean, number, number, number, string])[] = [];
  let now: number | undefined;
  for (const row of rows) {
    const [, clock, link, to = "", folder, state, kibibytes = "", made = "", fraction = "", used = "", stamp = ""] =
      /^(?:now (\d+)|link (\S+) (.+)|folder (\S+) (whole|unfinished) (\d*) (\d+) \S+ [^. ]+(\.\d+)? \S+ (\d+) (.+))$/.exec(row) ?? [];
    if (clock !== undefined) now = Number(clock);
    else if (link !== undefined) links.set(to, [...(links.get(to) ?? []), link]);
    else if (folder !== undefined) folders.push([folder, state === "whole", Number(kibibytes) * 1024, Number(made + fraction), Number(used), stamp]);
    else throw unreadable(row);
  }
  if (now === undefined) throw unreadable(rows[0] ?? "");
  const at = now;
  return folders.map(([folder, isWhole, sizeBytes, made, used, stamp]) => {
    const leading = links.get(folder) ?? [];
    const name = folder.slice(0, folder.lastIndexOf("-"));
    return {
      folder: `${root}/${folder}`,
      state: !isWhole ? "unfinished" : leading.includes(name) ? "published" : "superseded",
      madeSecondsAgo: Math.max(0, at - made),
      usedSecondsAgo: Math.max(0, at - used),
      sizeBytes,
      links: leading.filter((each) => each !== name),
      stamp,
    };
  });
}
