import { fingerprintOf } from "./fingerprint.js";

/** Keys that a caller names, by fingerprint or as they stand in a `.pub` file. */
export interface PinnedKeys {
  /** The types of these keys; `undefined` where a fingerprint leaves it open. */
  readonly keyTypes: ReadonlySet<string> | undefined;
  readonly has: (key: Buffer) => boolean;
}

export function parsePinnedKeys(lines: readonly string[]): PinnedKeys {
  const fingerprints = new Set<string>();
  const keyTypes = new Set<string>();
  for (const line of lines) {
    const [first = "", key = ""] = line.trim().split(/ +/);
    if (key !== "") keyTypes.add(first);
    fingerprints.add(key === "" ? first.replace(/=$/, "") : fingerprintOf(Buffer.from(key, "base64")));
  }
  const isOpen = lines.some((line) => line.startsWith("SHA256:"));
  return { keyTypes: isOpen ? undefined : keyTypes, has: (key) => fingerprints.has(fingerprintOf(key)) };
}
