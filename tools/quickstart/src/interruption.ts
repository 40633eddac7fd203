import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What the user, or who runs this, sent to end it. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 for Ctrl-C, 143 for SIGTERM, as shells have it; undefined as long as nothing was sent. */
  readonly exitStatus: number | undefined;
}

/**
 * The first signal interrupts. Those that follow change nothing, because npm hands on a Ctrl-C that this process got from
 * the terminal already, and because tidying up takes seconds and must not be cut short.
 */
export function listenForInterruption(write: (text: string) => void): Interruption {
  const controller = new AbortController();
  let exitStatus: number | undefined;
  let toldAt = 0;
  for (const name of signals) {
    process.on(name, () => {
      if (exitStatus === undefined) {
        exitStatus = 128 + constants.signals[name];
        write(`\n${name}: stopping in good order, a few seconds …\n`);
        controller.abort(new Error(`interrupted by ${name}`));
      } else if (performance.now() - toldAt > 1000) write("still stopping …\n");
      toldAt = performance.now();
    });
  }
  return {
    signal: controller.signal,
    get exitStatus() {
      return exitStatus;
    },
  };
}
