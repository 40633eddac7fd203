/** Cuts a list into pieces of at most `size`; none for an empty list. */
export function* chunksOf<Each>(all: readonly Each[], size: number): Generator<readonly Each[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

/** A command is one argument of the remote shell: at most 128 KiB. */
const mostIdsOfACommand = 5000;

/** Cuts ids into as many as one command takes, each of them once; none for none, which Slurm's programs would take for all. */
export const idChunks = (ids: readonly string[]): Generator<readonly string[]> => chunksOf([...new Set(ids)], mostIdsOfACommand);
