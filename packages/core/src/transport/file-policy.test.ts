import { describe, expect, it } from "vitest";
import { filePolicySchema, groupFiles, secretFiles } from "./file-policy.js";

describe("a file policy as an option", () => {
  it.each([secretFiles, groupFiles("climate"), { fileMode: 0o640, folderMode: 0o2750, group: "DOM+users@site" }])("is taken: %o", (policy) => {
    expect(filePolicySchema.parse(policy)).toEqual(policy);
  });

  it.each([{ fileMode: 0o10000, folderMode: 0o755 }, { fileMode: 0.5, folderMode: 0o755 }, { fileMode: 0o600 }, { ...secretFiles, group: "a b" }, { ...secretFiles, group: "" }, { ...secretFiles, mode: 0 }])(
    "is refused: %o",
    (policy) => {
      expect(filePolicySchema.safeParse(policy).success).toBe(false);
    },
  );
});
