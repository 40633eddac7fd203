import type { LiveUses, LiveWork } from "@hpckit/core";

/** What the work of all of them uses; unknown where any does not say. */
export const liveWorkOfAll = (all: readonly LiveWork[]): LiveWork => ({
  async uses(paths, options): Promise<LiveUses> {
    const each = await Promise.all(all.map((one) => one.uses(paths, options)));
    const unknown = each.find((answer) => answer.kind === "unknown");
    return unknown ?? { kind: "known", used: [...new Set(each.flatMap((answer) => (answer.kind === "known" ? answer.used : [])))] };
  },
});
