import { expect, it } from "vitest";
import type { TreeEntry } from "../tree/tree-snapshot.js";
import { formatSyncPlan } from "./format-sync-plan.js";

const source = (path: string | Uint8Array): TreeEntry => ({ path, kind: "file", sizeBytes: 3, mode: 0o644, modifiedAtSeconds: 1, stamp: "1.0 1.0 1", target: undefined, sha256: undefined });
const totals = { created: 1, replaced: 0, modesSet: 0, deleted: 0, unchanged: 4, surplus: 2, excluded: 1, bytes: 3 };

it("shows a name that a terminal would obey as JSON, and what stays", () => {
  const path = "a\n\u001b[31m\u202eb";
  const shown = formatSyncPlan({ direction: "down", local: "/here", remote: "there", makesFolder: true, policy: undefined, steps: [{ action: "create", path, source: source(path), mode: 0o644 }], skipped: [{ path: "pipe", reason: "special" }], totals });
  expect(shown).toBe(
    [
      "there → /here (to be made)",
      String.raw`  create    "a\n\u001b[31m\u202eb"`,
      "  skip      pipe (neither file, folder nor link)",
      "1 to create, 0 to replace, 0 modes to set, 0 to delete, 4 unchanged, 2 more there that stay, 1 excluded, 3 bytes to copy",
      "",
    ].join("\n"),
  );
});
