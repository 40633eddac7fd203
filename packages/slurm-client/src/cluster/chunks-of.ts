/** Cuts a list into pieces of at most `size`; none for an empty list. */
export function* chunksOf<Each>(all: readonly Each[], size: number): Generator<readonly Each[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}
