import { OptionsError } from "@hpckit/core";
import type { WrittenFlag } from "../engine/flags/flag-rule.js";
import type { Mount } from "../mount/mount.js";
import { planMounts } from "../mount/plan-mounts.js";

/**
 * The mounts of a command line, which has no script around it.
 * @throws OptionsError for a path that is known only on the node: there it must be checked first.
 */
export function mountFlags(mounts: readonly Mount[]): readonly WrittenFlag[] {
  const { setup, records } = planMounts(mounts, []);
  if (setup.length > 0) throw new OptionsError("mounts", [{ path: "", message: "a path that only the node knows must be checked there: use containerLayer, whose script does it" }]);
  return records.map((value) => ({ flag: "mount", value }));
}
