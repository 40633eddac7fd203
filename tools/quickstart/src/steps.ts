/** Prints what is under way, each step with its seconds. */
export interface Steps {
  readonly run: <Result>(title: string, work: (say: (message: string) => void) => Promise<Result>) => Promise<Result>;
}

export function printSteps(write: (text: string) => void, now: () => number = Date.now): Steps {
  let number = 0;
  return {
    async run(title, work) {
      number += 1;
      const started = now();
      write(`\n[${number}] ${title}\n`);
      const result = await work((message) => write(`    ${message}\n`));
      write(`    done in ${((now() - started) / 1000).toFixed(1)} s\n`);
      return result;
    },
  };
}
