import { sh, type ShellExpression } from "@hpckit/core";

/**
 * Functions of the shell that tell what lies under a root.
 *
 * An environment lies in a folder that is its builder's alone, `NAME-ID`, and is published by the link `NAME`. It is
 * trusted by the list of its files, not by the marker's presence: purges take single files.
 */
export const environmentFunctions: ShellExpression = sh`
  hpckit_files() {
    ( cd -- "$1" && find . -path ./.hpckit -prune -o -name __pycache__ -prune -o -print | LC_ALL=C sort | cksum )
  }
  hpckit_state() {
    if [ ! -L "$1" ]; then echo absent; return; fi
    hpckit_folder=\${1%/*}/$(readlink -- "$1")
    if [ -r "$hpckit_folder/.hpckit/complete" ] && [ "$(cat -- "$hpckit_folder/.hpckit/complete")" = "$(hpckit_files "$hpckit_folder")" ]; then
      echo complete
    else
      echo damaged
    fi
  }
`;
