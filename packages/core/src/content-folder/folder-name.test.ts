import { describe, expect, it } from "vitest";
import { isContentFolderName, isFolderOf, newMakerId } from "./folder-name.js";

describe("the name of a content folder", () => {
  it.each(["0123456789abcdef", "0123456789abcdef0123456789abcdefamd64"])("is told from others: %s", (name) => {
    const folder = `${name}-${newMakerId()}`;
    expect(isContentFolderName(folder)).toBe(true);
    expect(isFolderOf(name, folder)).toBe(true);
  });

  it.each(["main", "20261122-1", "0123456789abcdef", "0123456789abcdef-", "0123456789abcdef-main", "0123456789ABCDEF-00"])("is not %j", (link) => {
    expect(isContentFolderName(link)).toBe(false);
  });

  it.each(["abc", "abc-", "abcd-1", "abc-1/..", "abc-../x", "x/abc-1"])("is not of abc: %j", (folder) => {
    expect(isFolderOf("abc", folder)).toBe(false);
  });
});
