/**
 * Gives a function that waits until a stream takes more, and says whether it will: not if `over` settles first. It leaves nothing behind,
 * however often it is called: a `Promise.race` with what settles only at the end keeps some memory for each call until then.
 */
export function untilDrained(stream: NodeJS.WritableStream, over: Promise<unknown>): () => Promise<boolean> {
  let isOver = false;
  let wake: (goesOn: boolean) => void = () => undefined;
  const end = (): void => {
    isOver = true;
    wake(false);
  };
  over.then(end, end);
  return () =>
    new Promise((resolve) => {
      wake = resolve;
      if (isOver) resolve(false);
      else stream.once("drain", () => resolve(true));
    });
}
