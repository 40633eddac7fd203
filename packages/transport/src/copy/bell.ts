/** Wakes all who wait for something to change; they look for themselves whether it is what they wait for. */
export interface Bell {
  heard(): Promise<void>;
  ring(): void;
}

export function bell(): Bell {
  let waiting: (() => void)[] = [];
  return {
    heard: () => new Promise((resolve) => waiting.push(resolve)),
    ring() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}
