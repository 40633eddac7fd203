import { lines, OutputUnreadableError, raw, renderFindFolder, sh, type ShellExpression, type Word } from "@hpckit/core";
import { previousOf } from "./link-name.js";

export interface LinkPlace {
  /** Absolute folder of the content folders and of their links. */
  readonly root: string;
  /** Name of the link. */
  readonly link: string;
  /** Of this call alone: letters and digits. */
  readonly id: string;
}

/** What a script that switches says. Folders are names under the root. */
export type SwitchReport =
  /** `before`: a name under the root; of a link that people made, whatever it led to. */
  | { readonly kind: "switched" | "unchanged"; readonly folder: string; readonly before: string | undefined }
  /** Something that is no link stands under the link's name. */
  | { readonly kind: "not-a-link" }
  /** There is nothing to go back to. */
  | { readonly kind: "no-previous" }
  /** What it was to lead to is not whole, or not published any more. */
  | { readonly kind: "gone"; readonly folder: string };

/**
 * Makes a link lead elsewhere. What it led to before is kept under another name first: ended between the two, both lead to the old
 * one, and nothing has changed.
 */
export const renderSwitch = (place: LinkPlace, folder: string): ShellExpression =>
  lines(
    prepare(place),
    lookFor(place, folder),
    sh`
      if [ "$hpckit_now" = "$hpckit_to" ]; then hpckit_say unchanged "$(hpckit_target ${previousOf(place.link)})"; exit 0; fi
      if [ -n "$hpckit_now" ]; then hpckit_lead ${previousOf(place.link)} "$hpckit_now"; fi
      hpckit_lead ${place.link} "$hpckit_to"
      hpckit_say switched "$hpckit_now"
    `,
  );

/** Makes a link lead to what it led to before; doing it twice changes nothing in the end. Here the link itself comes first. */
export const renderSwitchBack = (place: LinkPlace): ShellExpression =>
  lines(
    prepare(place),
    sh`
      hpckit_to=$(hpckit_target ${previousOf(place.link)})
      if [ -z "$hpckit_to" ] || [ "$hpckit_to" = "$hpckit_now" ]; then echo no-previous; exit 0; fi
    `,
    lookFor(place, raw('"$hpckit_to"')),
    sh`
      hpckit_lead ${place.link} "$hpckit_to"
      if [ -n "$hpckit_now" ]; then hpckit_lead ${previousOf(place.link)} "$hpckit_now"; fi
      hpckit_say switched "$hpckit_now"
    `,
  );

/** What people linked by its whole path is as good as by its name. A link is replaced as a whole, by a name: with `mv -T`, or it would be made inside of the folder that it leads to. */
const prepare = ({ root, link, id }: LinkPlace): ShellExpression => sh`
  set -eu
  cd -- ${root}
  hpckit_target() {
    hpckit_at=$(readlink -- "$1" || :)
    printf '%s\n' "\${hpckit_at#${root}/}"
  }
  hpckit_say() { printf '%s %s\nbefore %s\n' "$1" "$hpckit_to" "$2"; }
  hpckit_now=$(hpckit_target ${link})
  if [ -z "$hpckit_now" ] && [ -e ${link} ]; then echo not-a-link; exit 0; fi
  hpckit_new=.${link}.switching-${id}
  trap 'rm -f -- "$hpckit_new"' EXIT
  find . -maxdepth 1 -name ${`.${link}.switching-*`} -mmin +60 -exec rm -f -- {} + 2>/dev/null || :
  hpckit_lead() {
    ln -s -- "$2" "$hpckit_new"
    mv -fT -- "$hpckit_new" "$1"
  }
`;

/** Notes that it is used before it looks whether it is still published, as a prune demands. */
const lookFor = ({ root }: LinkPlace, folder: Word): ShellExpression =>
  lines(
    sh`
      hpckit_to=${folder}
      hpckit_handed=
    `,
    sh`hpckit_find() {`,
    renderFindFolder(root, raw('"${hpckit_to%-*}"')),
    sh`
      }
      hpckit_find >/dev/null
      if [ "$hpckit_handed" != "$hpckit_to" ]; then echo "gone $hpckit_to"; exit 0; fi
    `,
  );

/** @throws OutputUnreadableError for what is no report. */
export function parseSwitch(stdout: string): SwitchReport {
  const [, said, folder = "", before = "", gone, other] = /^(?:(switched|unchanged) (.+)\nbefore (.*)|gone (.+)|(not-a-link|no-previous))\n$/s.exec(stdout) ?? [];
  if (other === "not-a-link" || other === "no-previous") return { kind: other };
  if (gone !== undefined) return { kind: "gone", folder: gone };
  if (said === "switched" || said === "unchanged") return { kind: said, folder, before: before === "" ? undefined : before };
  throw new OutputUnreadableError("switch", "no report", stdout);
}
