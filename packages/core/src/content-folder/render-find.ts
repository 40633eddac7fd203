import { lines, sh } from "../shell/sh.js";
import type { ShellExpression, Word } from "../shell/word.js";
import { folderFunctions } from "./folder-functions.js";

/**
 * Reports whether a content folder is there, in lines: `state absent`, `state damaged`, or `state complete` and
 * `folder NAME-ID`. What is reported complete is noted as used now.
 * @param name - may be known only over there.
 */
export const renderFindFolder = (root: string, name: Word): ShellExpression =>
  lines(
    folderFunctions,
    sh`
      hpckit_link=${root}/${name}
      hpckit_found=$(hpckit_state "$hpckit_link")
      if [ "$hpckit_found" = complete ]; then
        hpckit_handed=$(hpckit_hand_out "$hpckit_link")
        if [ -n "$hpckit_handed" ]; then printf 'folder %s\n' "$hpckit_handed"; else hpckit_found=absent; fi
      fi
      printf 'state %s\n' "$hpckit_found"
    `,
  );
