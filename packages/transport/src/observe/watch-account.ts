import type { Observation } from "./observation.js";

/** Tells whether sudo lets the account act as another one. */
export function watchAccount(observation: Observation, run: () => Promise<void>): Promise<void> {
  const operationId = observation.nextId();
  return observation.watch({
    topic: "account",
    begun: () => ({ kind: "account-begun", operationId }),
    ended: ({ durationMs, error }) => ({ kind: "account-ended", operationId, durationMs, error }),
    run,
  });
}
