import { parseOptions, TransportError, type RemotePath, type Transport } from "@hpckit/core";
import { watchSync } from "../observe/watch-sync.js";
import { foundationOf } from "../shell-transport.js";
import { fetchChanges } from "./fetch-changes.js";
import { planSync } from "./plan-sync.js";
import { sendChanges } from "./send-changes.js";
import { SyncOutdatedError } from "./sync-outdated-error.js";
import { applySyncSchema, syncSchema, type ApplySyncOptions, type SyncOptions } from "./sync-options.js";
import { syncPlanSchema } from "./sync-plan-schema.js";
import type { SyncPlan, SyncStep } from "./sync-plan.js";

/** What came of a plan. */
export interface Applied {
  readonly outdated: readonly SyncStep[];
  readonly left: readonly RemotePath[];
}

/** What a sync has done. */
export interface SyncResult {
  /** What was done; by `sync`, in its last round. */
  readonly plan: SyncPlan;
  /** Folders that were to be deleted and stay, as they hold something that the plan did not know. */
  readonly left: readonly RemotePath[];
}

/**
 * Does what a plan says, and no more. Files come aside, are compared by size and time and synced, and get their names one by one, or with the new
 * folder around them; deletions are last. A plan without steps is done without a round trip.
 *
 * Guarantees: at any instant, also where the connection or a machine dies, each file is old or new as a whole, and a new plan does the rest.
 * Nothing is written or deleted outside of the folder, through whatever link. What has changed since the plan was made, on either side, stays.
 * @throws SyncOutdatedError for entries that have changed; all others were done. TransportError: nothing, or some of the steps, were done.
 * OptionsError for what is no plan, e.g. one that was kept as JSON (names that are not UTF-8 do not survive that), or made by another version.
 */
export async function applySync(transport: Transport, plan: SyncPlan, options: ApplySyncOptions = {}): Promise<SyncResult> {
  const checked = parseOptions(applySyncSchema, options, "options of applySync");
  parseOptions(syncPlanSchema, plan, "plan for applySync (planSync of this version makes one)");
  return carryOut(transport, plan, checked);
}

async function carryOut(transport: Transport, plan: SyncPlan, options: ApplySyncOptions): Promise<SyncResult> {
  const foundation = foundationOf(transport);
  if (foundation === undefined) throw new TransportError("not-supported", "applySync works over the transports of @hpckit/transport, and this is none of them");
  if (plan.steps.length === 0 && !plan.makesFolder) return { plan, left: [] };
  const { source, observation } = foundation;
  const { outdated, left } = await watchSync(observation, plan, () => (plan.direction === "up" ? sendChanges(source, plan, options) : fetchChanges(source, transport, plan, options)));
  if (outdated.length > 0) throw new SyncOutdatedError(outdated.map(({ path }) => path));
  return { plan, left };
}

/** What changes all the time is not waited for. */
const attempts = 3;

/**
 * Makes a folder as another one is, here or over there: {@link planSync} and {@link applySync}. What changes meanwhile is planned again, some
 * times.
 * @throws SyncOutdatedError for what went on changing; all else was done.
 */
export async function sync(transport: Transport, options: SyncOptions): Promise<SyncResult> {
  const { onProgress, ...planning } = parseOptions(syncSchema, options, "options of sync");
  for (let attempt = 1; ; attempt++) {
    const plan = await planSync(transport, planning);
    try {
      return await carryOut(transport, plan, { onProgress, signal: planning.signal });
    } catch (error) {
      if (!(error instanceof SyncOutdatedError) || attempt === attempts) throw error;
    }
  }
}
