/** Items that are pushed, for a reader who takes his time: nobody waits for him. */
export interface PushQueue<Item> {
  readonly push: (item: Item) => void;
  /** Nothing is pushed any more. */
  readonly end: () => void;
  readonly items: () => AsyncGenerator<Item>;
}

export function pushQueue<Item>(): PushQueue<Item> {
  let waiting: Item[] = [];
  let isOver = false;
  let wake: () => void = () => undefined;
  return {
    push: (item) => {
      if (isOver) return;
      waiting.push(item);
      wake();
    },
    end: () => {
      isOver = true;
      wake();
    },
    async *items() {
      while (!isOver || waiting.length > 0) {
        if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const taken = waiting;
        waiting = [];
        yield* taken;
      }
    },
  };
}
