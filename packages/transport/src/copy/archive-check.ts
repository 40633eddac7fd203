import { PathRefusedError } from "@hpckit/core";
import { fromOctets, type Octets } from "../guard/octets.js";
import type { TarEntry } from "./tar-reader.js";

/**
 * Refuses what an archive of a folder must not hold: names that lead out of the folder, absolute or by `..` or through a link that
 * stands in it; hard links to what is not in it; device nodes; and symbolic links, where the caller says so. The symbolic links
 * themselves may lead anywhere: nothing follows them.
 *
 * GNU tar and libarchive's see to most of this, too, but some of it they mend without a word, and root makes device nodes.
 * @param what - for messages, e.g. `read /a/b`.
 * @throws PathRefusedError
 */
export function archiveCheck(what: string, links: "keep" | "refuse" = "keep"): (entry: TarEntry) => void {
  const symbolic = new Set<Octets>();

  /** Why a name leads out, if it does; `last` may be a link itself. */
  function leadsOut(name: Octets, isLinkAllowed: boolean): boolean {
    if (name.startsWith("/")) return true;
    const parts = partsOf(name);
    return parts.includes("..") || parts.some((_, index) => (index < parts.length - 1 || !isLinkAllowed) && symbolic.has(parts.slice(0, index + 1).join("/")));
  }

  return ({ kind, name, target }) => {
    const refuse = (why: string): PathRefusedError => new PathRefusedError(`${what}: ${fromOctets(name).toString("utf8")}: ${why}`, { detail: { entry: fromOctets(name).toString("utf8") } });
    if (kind === "device" || kind === "other") throw refuse("neither file, folder, link nor pipe; such an entry is not copied");
    if (kind === "symbolic link" && links === "refuse") throw refuse("a symbolic link, and they are to be refused");
    if (leadsOut(name, false) || (partsOf(name).length === 0 && kind !== "folder")) throw refuse("its name leads out of the folder; nothing was placed");
    if (kind === "hard link" && leadsOut(target, true)) throw refuse("a hard link to what is not in the folder; nothing was placed");
    if (kind === "symbolic link") symbolic.add(partsOf(name).join("/"));
  };
}

const partsOf = (name: Octets): readonly Octets[] => name.split("/").filter((part) => part !== "" && part !== ".");
