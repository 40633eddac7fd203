/** One step of building or starting a cluster, told when it begins and when it ends. */
export interface Progress {
  readonly cluster: string;
  readonly step: string;
  /** Absent while the step runs. */
  readonly seconds?: number;
}

export type Step = <T>(step: string, act: () => Promise<T>) => Promise<T>;

/** Wraps the steps of one cluster so that each reports its beginning and how long it took. */
export function createStep(cluster: string, signal: AbortSignal | undefined, onProgress: ((progress: Progress) => void) | undefined): Step {
  return async (step, act) => {
    signal?.throwIfAborted();
    const start = performance.now();
    onProgress?.({ cluster, step });
    const value = await act();
    onProgress?.({ cluster, step, seconds: (performance.now() - start) / 1000 });
    return value;
  };
}
