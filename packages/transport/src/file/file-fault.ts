import { excerptOf, PathRefusedError, TransportError, type HpckitError, type TransportFault } from "@hpckit/core";

/** What our own scripts say, a word for the fault first, and where in them a shell has failed; that is nothing for people. */
const ownWords = /^(?:hpckit: (?:(?:astray|digest|exists|taken|unsupported): )?|(?:\/bin\/)?sh: (?:line )?\d+: )/gm;
/** As people write it for a shell. */
const homeSign = /(?:^|\s)~(?:\/|\s|$)/;

/** What the programs say under LC_ALL=C, most special first. dash says some of it in words of its own. */
const faults: readonly (readonly [RegExp, TransportFault])[] = [
  [/^hpckit: taken/m, "file-failed"],
  // What tar says of a file that changes under it.
  [/^hpckit: digest|file changed as we read it|File shrank by|File removed before we read it/m, "digest-mismatch"],
  [/^hpckit: exists|File exists|Directory not empty|cannot overwrite/m, "file-exists"],
  [/^hpckit: unsupported|Is a directory|Not a directory|Invalid cross-device link/m, "not-supported"],
  [/No space left on device|Disk quota exceeded/, "disk-full"],
  [/No such file|nonexistent/, "file-not-found"],
  [/Permission denied|Operation not permitted|Read-only file system|invalid group/, "permission-denied"],
];

/**
 * A {@link TransportError}, or a {@link PathRefusedError} for a name that leads elsewhere.
 * @param what - the operation and its path, e.g. `stat /a/b`.
 */
export function fileFault(what: string, host: string, errors: string): HpckitError {
  const said = excerptOf(errors.trim(), 1000);
  const message = `${what} on ${host}: ${said.replaceAll(ownWords, "") || "failed without a word"}`;
  if (/^hpckit: astray/m.test(said)) return new PathRefusedError(message, { detail: { host } });
  const fault = faults.find(([pattern]) => pattern.test(said))?.[1] ?? "file-failed";
  const next = fault === "file-not-found" && homeSign.test(what) ? ". ~ is a name like any other here: leave it out, as a relative path begins in the home folder" : "";
  return new TransportError(fault, `${message}${next}`, { detail: { host } });
}
