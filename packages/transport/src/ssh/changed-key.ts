import { commandLine } from "@hpckit/core";

export interface ChangedKey {
  readonly name: string;
  /** The key that was expected, as a person reads it. */
  readonly known: string;
  readonly shown: string;
  /** The name under which files of known hosts have it. */
  readonly knownAs: string;
  /** Those files; none, and ssh-keygen looks into the user's own. */
  readonly files: readonly string[];
}

/** What to say of a host that shows another key, and how the old one is removed if that is right (ssh-keygen(1), -R). */
export function describeChangedKey({ name, known, shown, knownAs, files }: ChangedKey): string {
  const places = files.length === 0 ? [[]] : files.map((file) => ["-f", file]);
  const removal = places.map((place) => commandLine(["ssh-keygen", ...place, "-R", knownAs])).join("; ");
  return `the host key of ${name} is another than ${known}: it shows ${shown}. Someone may stand in between. If the site confirms this fingerprint, remove the old key (${removal}) and add the new one`;
}
