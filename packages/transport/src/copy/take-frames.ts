import { raw, sh, type ShellExpression } from "@hpckit/core";

/**
 * Defines `take`, which takes in what `frameOf` gives: each block stands after a line with its place (`$offset`) and its length; a length of 0 is
 * the end. Any other end is a failure.
 * @param output - where dd(1) puts a block; by default on stdout, where its place does not matter.
 * @param afterBlock - what else is done for each of them.
 */
export const takeFrames = (output: ShellExpression = sh``, afterBlock: ShellExpression = raw(":")): ShellExpression => sh`
  take() {
    while read -r offset length <&3; do
      if [ "$length" -eq 0 ]; then return 0; fi
      dd bs=64K count="$length" iflag=count_bytes,fullblock status=none ${output} <&3 || return 1
      ${afterBlock}
    done
    return 1
  }
`;
