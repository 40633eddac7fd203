/** Prints what is under way: numbered steps, and their parts with the seconds each took. */
export interface Steps {
  readonly run: <Result>(title: string, work: (part: PartPrinter) => Promise<Result>) => Promise<Result>;
}

/** Told twice about each part: when it begins, and with its seconds when it is done. */
export type PartPrinter = (name: string, seconds?: number) => void;

const dotIntervalMs = 5000;

export function printSteps(write: (text: string) => void, now: () => number = () => performance.now()): Steps {
  let number = 0;
  return {
    async run(title, work) {
      number += 1;
      write(`\n[${number}] ${title}\n`);
      const started = now();
      const line = printParts(write);
      try {
        const result = await work(line.part);
        write(`    done in ${seconds(now() - started)}\n`);
        return result;
      } finally {
        line.close();
      }
    },
  };
}

/** A part that takes long shows with dots that it is alive. */
function printParts(write: (text: string) => void): { readonly part: PartPrinter; readonly close: () => void } {
  let dots: NodeJS.Timeout | undefined;
  const close = (end = "\n"): void => {
    if (dots === undefined) return;
    clearInterval(dots);
    dots = undefined;
    write(end);
  };
  return {
    part(name, took) {
      if (took !== undefined) close(` ${seconds(took * 1000)}\n`);
      else {
        close();
        write(`    ${name} …`);
        dots = setInterval(() => write("."), dotIntervalMs);
      }
    },
    close: () => close(),
  };
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
