import { excerptOf, TransportError, type TransportFault } from "@hpckit/core";

/** What the programs say under LC_ALL=C, most special first. dash says some of it in words of its own. */
const faults: readonly (readonly [RegExp, TransportFault])[] = [
  [/hpckit: taken/, "file-failed"],
  // What tar says of a file that changes under it.
  [/hpckit: digest|file changed as we read it|File shrank by|File removed before we read it/, "digest-mismatch"],
  [/hpckit: exists|File exists|Directory not empty|cannot overwrite/, "file-exists"],
  [/hpckit: unsupported|Is a directory|Not a directory|Invalid cross-device link/, "not-supported"],
  [/No space left on device|Disk quota exceeded/, "disk-full"],
  [/No such file|nonexistent/, "file-not-found"],
  [/Permission denied|Operation not permitted|Read-only file system|invalid group/, "permission-denied"],
];

/** @param what - the operation and its path, e.g. `stat /a/b`. */
export function fileFault(what: string, host: string, errors: string): TransportError {
  const said = excerptOf(errors.trim(), 1000);
  const fault = faults.find(([pattern]) => pattern.test(said))?.[1] ?? "file-failed";
  return new TransportError(fault, `${what} on ${host}: ${said.replaceAll("hpckit: ", "") || "failed without a word"}`, { detail: { host } });
}
