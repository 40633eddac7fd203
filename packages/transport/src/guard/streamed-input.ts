import { sh, type ShellExpression } from "@hpckit/core";

/** Says that the input is whole. */
const endOfInput = "end";

/**
 * The pieces of a command's input, each behind a line with its size, as {@link handOnInput} reads them. Leaving it lets go of the pieces at once: a generator
 * would first wait for the next.
 */
export const framedInput = (pieces: AsyncIterable<string | Uint8Array>): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]() {
    const source = pieces[Symbol.asyncIterator]();
    let isOver = false;
    return {
      async next() {
        if (isOver) return { done: true, value: undefined };
        for (let next = await source.next(); next.done !== true; next = await source.next()) {
          const bytes = typeof next.value === "string" ? Buffer.from(next.value, "utf8") : next.value;
          if (bytes.length > 0) return { value: Buffer.concat([Buffer.from(`${bytes.length}\n`), bytes]) };
        }
        isOver = true;
        return { value: Buffer.from(`${endOfInput}\n`) };
      },
      async return() {
        await source.return?.();
        return { done: true, value: undefined };
      },
    };
  },
});

/**
 * Hands input on to the command piece by piece, from beside it: by a pipe that loses its name as soon as both hold it. The one beside is no child of the
 * command, which may wait for its own.
 *
 * As long as input comes, it reads descriptor 3 in the watcher's place. So it tells the watcher the group when the input is whole, or when the
 * connection is gone: then the watcher finds no `done`, and ends the group, and the pipe stays open until the command has ended: half an input has no
 * end. Where the command has ended first, `done` comes to it, and nothing is to be ended. What a command does not read any more is read for nobody.
 * @param refuse - says that the command could not be started.
 */
export const handOnInput = (refuse: ShellExpression): ShellExpression => sh`
  hpckit_folder=$(mktemp -d) && mkfifo -m 600 "$hpckit_folder/in" || ${refuse}
  ( {
    exec 6>"$hpckit_folder/in" </dev/null >/dev/null 2>&1 4>&- 5>&-
    while :; do
      hpckit_size=
      read -r hpckit_size <&3
      case $hpckit_size in
        ${endOfInput}) exec 6>&-; echo "$$" >&7; exit ;;
        '') trap '' TERM; echo "$$" >&7; while kill -s 0 $$; do sleep 0.1 || sleep 1; done; exit ;;
        *[!0-9]*) exit ;;
      esac
      head -c "$hpckit_size" <&3 | { cat >&6; cat; }
    done
  } & )
  exec 6<"$hpckit_folder/in"
  rm -rf -- "$hpckit_folder"
  exec <&6 6<&-
`;
