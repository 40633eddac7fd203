import { sh, type ShellExpression } from "@hpckit/core";
import { pathWord } from "../file/path.js";
import { sayGroup } from "../guard/command-script.js";
import { gnuPackWords, packWords } from "./pack-changes.js";

/**
 * Reads the length of a list of names and the list, and gives an archive of these. What changes while it is packed (tar's status 1) is told by its
 * times later.
 */
export const serveChanges = (root: string): ShellExpression => sh`
  cd -P -- ${pathWord(root)} || exit 1
  names=$(mktemp) && exec 6<"$names" || exit 1
  trap 'rm -f -- "$names"; exit 1' TERM HUP INT
  read -r length <&3
  head -c "$length" <&3 >"$names"
  size=$(wc -c <"$names")
  rm -f -- "$names"
  [ "$size" -eq "$length" ] || exit 1
  ${sayGroup}
  exec 3<&- 7>&-
  tar ${[...gnuPackWords, ...packWords]} <&6
  status=$?
  [ "$status" -eq 1 ] || exit "$status"
`;
