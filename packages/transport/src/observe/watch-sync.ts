import type { SyncPlan } from "../sync/sync-plan.js";
import type { Observation } from "./observation.js";
import type { EventBodies } from "./transport-event.js";

/** Tells of a plan that is carried out. */
export function watchSync<Value extends { readonly outdated: readonly unknown[] }>(observation: Observation, plan: SyncPlan, run: () => Promise<Value>): Promise<Value> {
  const { direction, local, remote, totals } = plan;
  const [from, to] = direction === "up" ? [local, remote] : [remote, local];
  const facts: EventBodies["sync-begun"] = { operationId: observation.nextId(), direction, from, to };
  return observation.watch({
    topic: "sync",
    begun: () => ({ kind: "sync-begun", ...facts }),
    ended: ({ durationMs, value, error }) => ({
      kind: "sync-ended",
      ...facts,
      durationMs,
      error,
      ...(value !== undefined && { copied: totals.created + totals.replaced, removed: totals.deleted, outdated: value.outdated.length, bytes: totals.bytes }),
    }),
    run,
  });
}
