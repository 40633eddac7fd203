import fc from "fast-check";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { compareDistributions } from "./compare-distributions.js";
import type { Distribution } from "./distribution.js";
import { lockEnvironment } from "./lock-environment.js";
import { parseLockedRequirements, parsePipReport, renderLock } from "./parse-lock.js";

const hash = (digit: string): string => digit.repeat(64);

/** As pip 26.2.2 wrote it with `--report`, shortened. */
const report = JSON.stringify({
  version: "1",
  pip_version: "26.2.2",
  install: [
    { download_info: { url: "http://127.0.0.1:1/files/hk_beta-2.0-py3-none-any.whl", archive_info: { hash: `sha256=${hash("b")}`, hashes: { sha256: hash("b") } } }, is_direct: false, is_yanked: false, requested: false, metadata: { metadata_version: "2.1", name: "hk_beta", version: "2.0" } },
    { download_info: { url: "http://127.0.0.1:1/files/hk_alpha-1.0-py3-none-any.whl", archive_info: { hash: `sha256=${hash("a")}` } }, is_direct: false, is_yanked: false, requested: true, metadata: { name: "hk_alpha", version: "1.0" } },
    { download_info: { url: "file:///shared/x", dir_info: {} }, is_direct: true, is_yanked: false, requested: true, metadata: { name: "hk_own", version: "4.0" } },
  ],
});

const installed = (name: string, version: string): string => `distribution\nname ${name}\nversion ${version}\ninstaller pip\n`;

/** A machine with that note, and these installed. */
const machine = (note: string, ...distributions: readonly string[]): ReturnType<typeof scriptedTransport> =>
  scriptedTransport(({ argv: [, , script = ""] }) => ({ stdout: script.includes("report.json") ? note : distributions.join("") }));

describe("lockEnvironment", () => {
  it("gives each package that came by name with its hash, and names the others", async () => {
    const on = machine(`pip pip 26.2.2 for Python 3.14.0, x86_64\n${report}`, installed("hk_alpha", "1.0"), installed("HK.beta", "2.0"), installed("hk_own", "4.0"));
    const { text, byAddress } = await lockEnvironment({ folder: "/r/0123-1" }, on);
    expect(text).toBe(`# What pip 26.2.2 for Python 3.14.0, x86_64 installed in 0123-1\nhk_alpha==1.0 \\\n    --hash=sha256:${hash("a")}\nhk_beta==2.0 \\\n    --hash=sha256:${hash("b")}\n`);
    expect(byAddress).toEqual(["hk_own"]);
  });

  it.each([
    ["nothing was noted", machine("none\n", installed("hk_alpha", "1.0")), "its installer left no note"],
    ["something was installed since", machine(`pip x\n${report}`, installed("hk_alpha", "1.1"), installed("hk_beta", "2.0")), "hk_alpha 1.0 was installed, and is not there any more"],
    ["no environment lies there", machine("none\n", "missing\n"), "is no environment"],
  ])("says where %s", async (_what, on, message) => {
    await expect(lockEnvironment({ folder: "/r/0123-1" }, on)).rejects.toThrow(message);
  });

  it.each([["a banner", "Welcome!\n"], ["half a report", `pip x\n${report.slice(0, -5)}`], ["a report without hashes", `pip x\n${report.replaceAll(/,?"hash(?:es)?":(?:"[^"]*"|\{[^}]*\})/g, "")}`]])("guesses nothing from %s", async (_what, note) => {
    await expect(lockEnvironment({ folder: "/r/0123-1" }, machine(note))).rejects.toMatchObject({ code: "output-unreadable" });
  });
});

describe("a lock as requirements", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9]([\w.-]{0,8}[A-Za-z0-9])?$/);
  const version = fc.stringMatching(/^\d{1,3}(\.\d{1,3}){0,2}((a|b|rc|\.post|\.dev)\d)?(\+[a-z0-9.]{1,5})?$/);
  const locked = fc.array(fc.record({ name, version, sha256: fc.array(fc.stringMatching(/^[0-9a-f]{64}$/), { minLength: 1, maxLength: 3 }) }));

  it("is read as it was written", () => {
    fc.assert(
      fc.property(locked, (all) => {
        expect(parseLockedRequirements(renderLock(all, "what # made it"))).toEqual(all);
      }),
    );
  });

  it.each(["six>=1 --hash=sha256:00", "six==1.16.0", "six @ file:///x", "-i https://x/simple"])("is none with the line %j", (line) => {
    expect(() => parseLockedRequirements(line)).toThrow("a line without a version and hashes");
  });

  it("of pip is read without what came by address", () => {
    expect(parsePipReport(report).locked.map((each) => each.name)).toEqual(["hk_alpha", "hk_beta"]);
  });
});

describe("compareDistributions", () => {
  const one = (name: string, version: string, origin?: Distribution["origin"]): Distribution => ({ name, version, isRequested: true, installer: "pip", requires: [], origin });

  it("finds what came, what went and what changed, in every spelling of a name", () => {
    const commit = (id: string): Distribution => one("tool", "1", { url: "git+https://x/tool", isEditable: false, commit: id });
    const changes = compareDistributions([one("Svg.Py", "1.0"), one("gone", "1"), one("same", "1"), commit("a")], [one("svg-py", "1.1"), one("new", "1"), one("Same", "1"), commit("b")]);
    expect(changes.added.map(({ name }) => name)).toEqual(["new"]);
    expect(changes.removed.map(({ name }) => name)).toEqual(["gone"]);
    expect(changes.changed).toEqual([{ name: "svg-py", from: "1.0", to: "1.1" }, { name: "tool", from: "1 from git+https://x/tool@a", to: "1 from git+https://x/tool@b" }]);
  });
});
