import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

/** Makes folders for the tests of a file; each goes when its test has ended. What a script still writes there late is waited for. */
export function scratchFolders(name: string): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), name));
    made.push(folder);
    return folder;
  };
}
