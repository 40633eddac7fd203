import type { FileAccess } from "../source/read-source.js";

const shownMode = (mode: number): string => `mode 0${mode.toString(8)}`;

/** Why a file may not hold a secret, if it may not. */
export function whyNotPrivate({ mode, owner }: FileAccess): string | undefined {
  if (owner === "other") return "it belongs to another account; copy it to a file of your own";
  return (mode & 0o077) === 0 ? undefined : `others may read it (${shownMode(mode)}); chmod 600 it`;
}

/** Why a file may not name commands to run, or be run itself, if it may not: who can write it would run anything as this account. */
export function whyNotTrusted({ mode, owner }: FileAccess): string | undefined {
  if (owner === "other") return "it belongs to another account; copy it to a file of your own";
  return (mode & 0o022) === 0 ? undefined : `others may write it (${shownMode(mode)}); chmod go-w it`;
}
