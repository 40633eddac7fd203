import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChannelSource } from "../channel/channel.js";
import { connectLocal } from "../local/connect-local.js";
import { download } from "./download.js";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hpckit-places-"));
  for (const name of ["full", "empty", "tree"]) mkdirSync(at(name));
  for (const name of ["full/a", "tree/a", "file"]) writeFileSync(at(name), "a");
  symlinkSync("full", at("link"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("where a download cannot go", () => {
  const untouched: ChannelSource = {
    target: { host: "login", user: "alice", kind: "ssh" },
    open: () => expect.fail("something was started over there"),
    connect: () => expect.fail("something was started over there"),
    closing: new AbortController().signal,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };

  it.each([
    ["missing/copy", "file-not-found", /^write .*missing\/copy: there is no folder .*missing on this machine; make it first$/],
    ["file/copy", "not-supported", /^write .*file\/copy: .*file on this machine is no folder$/],
    ["file/in/copy", "not-supported", /^write .*file\/in\/copy here: ENOTDIR/],
    ["full", "file-exists", /^write .*full: a folder stands under this name, and holds something; give the whole name/],
    ["full/", "file-exists", /a folder stands under this name/],
  ])("is said before anything is begun over there: %s", async (name, code, message) => {
    await expect(download(untouched, "/a", `${folder}/${name}`)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it("is not said of what may turn out well", async () => {
    await using here = await connectLocal();
    await here.download(at("tree"), at("empty"));
    expect(readdirSync(at("empty"))).toEqual(["a"]);
    await here.download(at("file"), at("link"));
    await here.download(at("file"), at("file"));
    await expect(here.download(at("tree"), at("file"))).rejects.toMatchObject({ code: "file-exists" });
  });
});
