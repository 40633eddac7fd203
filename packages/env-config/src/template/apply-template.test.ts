import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { groupFiles, PathRefusedError, secret } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { renderVariables } from "../dialect/render-variables.js";
import { applyTemplate, formatFilePlan, planTemplate } from "./apply-template.js";
import { compareLines } from "./compare-lines.js";
import { renderTemplate } from "./render-template.js";

const scratch = scratchFolders("template-");
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

describe("applyTemplate", () => {
  it("writes what is not there or differs, and then nothing", async () => {
    await using here = await connectLocal();
    const to = join(scratch(), "site.conf");
    expect(await applyTemplate(here, { to, text: "a\n", policy: { fileMode: 0o640, folderMode: 0o750 } })).toBe("written");
    expect(modeOf(to)).toBe(0o640);
    const before = statSync(to, { bigint: true });
    expect(await applyTemplate(here, { to, text: "a\n" })).toBe("unchanged");
    expect(statSync(to, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
    expect(await applyTemplate(here, { to, text: "b\n" })).toBe("written");
    expect([readFileSync(to, "utf8"), modeOf(to)]).toEqual(["b\n", 0o640]);
    expect(readdirSync(join(to, ".."))).toEqual(["site.conf"]);
  });

  it("gives a file with a secret to its owner alone, whatever was there and whatever the policy says", async () => {
    await using here = await connectLocal();
    const to = join(scratch(), "site.env");
    const text = renderVariables({ A: "x", TOKEN: secret("canary") }, { dialect: "sh" });
    writeFileSync(to, "");
    chmodSync(to, 0o664);
    expect(await applyTemplate(here, { to, text })).toBe("written");
    expect(modeOf(to)).toBe(0o600);
    chmodSync(to, 0o644);
    expect(await planTemplate(here, { to, text })).toEqual({ kind: "change-mode", to, from: 0o644, mode: 0o600 });
    expect(await applyTemplate(here, { to, text, policy: { fileMode: 0o775, folderMode: 0o775 } })).toBe("written");
    expect(modeOf(to)).toBe(0o700);
    expect(await applyTemplate(here, { to, text, policy: { fileMode: 0o775, folderMode: 0o775 } })).toBe("unchanged");
    expect(readFileSync(to, "utf8")).toBe("export A=x\nexport TOKEN=canary\n");
  });

  it("shows beforehand what would change, and no secret, old or new", async () => {
    await using here = await connectLocal();
    const to = join(scratch(), "x.yaml");
    const render = (token: string, name: string) => renderTemplate("name: ${NAME}\ntoken: ${TOKEN}\nend: 1\n", { NAME: name, TOKEN: secret(token) }, { escape: "yaml" });
    expect(formatFilePlan(await planTemplate(here, { to, text: render("canary-1", "a") }))).toBe(`create ${to} (mode 0600)\n  + name: "a"\n  + token: [secret]\n  + end: 1`);
    expect(readdirSync(join(to, ".."))).toEqual([]);
    await applyTemplate(here, { to, text: render("canary-1", "a") });
    expect(formatFilePlan(await planTemplate(here, { to, text: render("canary-2", "a") }))).toBe(`replace ${to} (mode 0600)\n  - [not shown: the file may hold secrets]\n  + token: [secret]`);
    expect(formatFilePlan(await planTemplate(here, { to, text: "name: b\n" }))).not.toContain("canary");
    chmodSync(to, 0o644);
    expect(formatFilePlan(await planTemplate(here, { to, text: secret("canary") }))).not.toContain("canary");
    writeFileSync(to, "a\nb\nc\n");
    expect(formatFilePlan(await planTemplate(here, { to, text: "a\nx\nc\n" }))).toBe(`replace ${to}\n  - b\n  + x`);
    expect(formatFilePlan(await planTemplate(here, { to, text: "a\nb\nc\n" }))).toBe(`unchanged ${to}`);
  });

  it("gives the group of the policy to a file whose text is right already", async (context) => {
    await using here = await connectLocal();
    const [own, other] = (await here.exec(["id", "-Gn"], { check: true })).stdout.trim().split(" ").concat(process.getuid?.() === 0 ? ["daemon"] : []);
    if (own === undefined || other === undefined) return context.skip("this account has one group alone");
    const to = join(scratch(), "shared.conf");
    const file = { to, text: "a\n", policy: { fileMode: 0o640, folderMode: 0o750 } };
    await applyTemplate(here, file);
    const shared = { ...file, policy: { ...file.policy, group: other } };
    expect(formatFilePlan(await planTemplate(here, shared))).toBe(`change group of ${to}: ${other}`);
    expect([await applyTemplate(here, shared), await applyTemplate(here, shared)]).toEqual(["written", "unchanged"]);
    expect((await here.exec(["stat", "--format=%G %a", to])).stdout).toBe(`${other} 640\n`);
    expect(await applyTemplate(here, file)).toBe("unchanged");
  });

  it("shows nothing that a terminal would obey", async () => {
    await using here = await connectLocal();
    const to = join(scratch(), "x");
    writeFileSync(to, "\u001b[2Jold\n");
    expect(formatFilePlan(await planTemplate(here, { to, text: "\tnew\r\u202e\n" }))).toBe(`replace ${to}\n  - \\u001b[2Jold\n  + \tnew\\u000d\\u202e`);
  });

  it("leaves alone what is no file, and refuses a path that is not absolute", async () => {
    await using here = await connectLocal();
    const folder = scratch();
    symlinkSync("elsewhere", join(folder, "link"));
    mkdirSync(join(folder, "folder"));
    for (const name of ["link", "folder"]) await expect(applyTemplate(here, { to: join(folder, name), text: "x" })).rejects.toThrow(PathRefusedError);
    await expect(applyTemplate(here, { to: "relative", text: "x" })).rejects.toThrow('begins with "/"');
    await expect(applyTemplate(here, { to: join(folder, "x"), text: "x", polcy: groupFiles("x") } as never)).rejects.toThrow('did you mean "policy"?');
    expect(readdirSync(folder).sort()).toEqual(["folder", "link"]);
  });
});

describe("compareLines", () => {
  it("makes one text of the other, with no line more than must be", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (old, wanted) => {
        const changes = compareLines(old, wanted);
        const removed = new Set(changes.filter(({ kind }) => kind === "removed").map(({ index }) => index));
        const added = new Set(changes.filter(({ kind }) => kind === "added").map(({ index }) => index));
        expect(old.filter((_, index) => !removed.has(index))).toEqual(wanted.filter((_, index) => !added.has(index)));
        expect(old.join() === wanted.join()).toBe(changes.length === 0);
      }),
    );
    expect(compareLines(["a", "b", "c", "d"], ["a", "c", "x", "d"])).toEqual([{ kind: "removed", index: 1 }, { kind: "added", index: 2 }]);
  });

  it("takes texts of any length", () => {
    const long = Array.from({ length: 5000 }, (_, index) => `${index}`);
    expect(compareLines(long, ["x", ...long])).toEqual([{ kind: "added", index: 0 }]);
    expect(compareLines(long, [...long].reverse())).toHaveLength(10_000);
  });
});
