import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyLayers, compose, raw, renderScript } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { ConfigError } from "../config/config-error.js";
import { loadConfig } from "../config/load-config.js";
import type { Layer } from "../layer/layer.js";
import { variables } from "../variable/variables.js";
import { joinPathList, pathList, type PathListInput } from "./path-list.js";

const root = mkdtempSync(join(tmpdir(), "path-list-"));
afterAll(() => rmSync(root, { recursive: true }));

const schema = z.object({ LIST: pathList().optional(), VENV: z.string().optional(), OTHER: pathList().optional() });
const load = async (...given: readonly PathListInput[]) => loadConfig({ schema, layers: given.map((LIST, index): Layer => ({ name: `layer ${index}`, values: { LIST } })) });
const issuesOf = async (layers: readonly Layer[]): Promise<readonly string[]> => {
  const error: unknown = await loadConfig({ schema, layers }).catch((thrown: unknown) => thrown);
  return error instanceof ConfigError ? error.issues.map(({ path, message }) => `${path}: ${message}`) : expect.unreachable("it was accepted");
};

describe("a list of folders", () => {
  it("is added to by each layer, before and behind, and a whole list replaces what is below", async () => {
    expect((await load("/a:/b", { prepend: "/c", append: ["/d"] }, { prepend: ["/e"] })).values.LIST).toEqual({ kind: "path-list", inherits: false, before: ["/e", "/c", "/a", "/b", "/d"], after: [] });
    expect((await load({ prepend: "/a" }, ["/b"], { append: "/c" })).values.LIST).toMatchObject({ inherits: false, before: ["/b", "/c"] });
    expect((await load({ prepend: "/a" }, { prepend: "/b", append: "/c" }, { append: "/d" })).values.LIST).toMatchObject({ inherits: true, before: ["/b", "/a"], after: ["/c", "/d"] });
    expect((await load("/a", "")).values.LIST).toMatchObject({ inherits: false, before: [] });
  });

  it("has each folder once, where a search would find it first", async () => {
    expect((await load(["/a", "/b", "/a"], { prepend: "/b", append: "/a" })).values.LIST).toMatchObject({ before: ["/b", "/a"] });
    expect((await load({ prepend: "/a", append: "/b" }, { append: "/a:/b" })).values.LIST).toMatchObject({ before: ["/a"], after: ["/b"] });
  });

  it("says of each folder where it is from, with file and line, and what a whole list overrode", async () => {
    const path = join(root, "site.yaml");
    writeFileSync(path, "LIST:\n  prepend:\n    - /site/a\n    - ${VENV}/bin\n  append: /site/z\nVENV: /venv\n");
    const config = await loadConfig({ schema, layers: [{ name: "default", values: { LIST: ["/old"] } }, { name: "more", values: { LIST: "/base" } }, { name: "site", file: path }, { name: "process", environment: { LIST: "/p:${VENV}" } }].slice(0, 3) });
    expect(config.explain("LIST")).toEqual({
      name: "LIST",
      value: { kind: "path-list", inherits: false, before: ["/site/a", "/venv/bin", "/base", "/site/z"], after: [] },
      layer: "site", file: path, line: 2,
      folders: [
        { folder: "/site/a", layer: "site", file: path, line: 3 },
        { folder: "/venv/bin", layer: "site", file: path, line: 4 },
        { folder: "/base", layer: "more" },
        { folder: "/site/z", layer: "site", file: path, line: 5 },
      ],
      overrode: [{ layer: "default", value: ["/old"] }],
    });
  });

  it("takes references folder by folder, lists among them, and the environment literally", async () => {
    const values = async (given: Record<string, unknown>) => (await loadConfig({ schema, layers: [{ name: "values", values: given }] })).values.LIST;
    expect(await values({ LIST: { append: ["${OTHER}", "${VENV}"] }, OTHER: "/x:/y", VENV: "/v" })).toMatchObject({ after: ["/x", "/y", "/v"] });
    expect((await loadConfig({ schema, layers: [{ name: "process", environment: { LIST: "/a:${VENV}" } }] })).values.LIST).toMatchObject({ before: ["/a", "${VENV}"] });
    const text = await loadConfig({ schema, layers: [{ name: "values", values: { VENV: "x:${OTHER}", OTHER: ["/x", "/y"] } }] });
    expect(text.values.VENV).toBe("x:/x:/y");
  });

  it.each([
    ["an empty folder", { LIST: "/a::/b" }, "LIST: an empty folder would mean the current one"],
    ["a folder that would be two", { LIST: ["/a:/b"] }, 'LIST: a folder with ":" would be two'],
    ["a reference that brings in two", { LIST: ["${VENV}"], VENV: "/a:/b" }, 'LIST: a folder with ":" would be two'],
    ["a mistyped word", { LIST: { prepnd: "/a" } }, 'LIST: unknown word "prepnd"; did you mean "prepend"?'],
    ["a folder that is no text", { LIST: { append: [7] } }, "LIST: append: expected a list of folders"],
    ["what is no list", { LIST: 7 }, "LIST: expected a list of folders"],
    ["a reference to itself", { LIST: "/a:${LIST}" }, "LIST: refers to itself: LIST → LIST; { prepend } and { append } add to the layers below"],
    ["additions within a text", { VENV: "a ${OTHER}", OTHER: { prepend: "/x" } }, "VENV: takes in ${OTHER} within a text, which is a list that adds to what holds where the command runs"],
    ["additions within a list", { LIST: ["${OTHER}"], OTHER: { prepend: "/x" } }, "LIST: takes in a list that itself adds"],
  ])("refuses %s, and says where", async (_what, values, message) => {
    expect(await issuesOf([{ name: "here", values }])).toEqual([expect.stringContaining(message)]);
    expect(await issuesOf([{ name: "here", values }])).toEqual([expect.stringMatching(/, in layer here$/)]);
  });

  it("has a default of the schema's", async () => {
    const config = await loadConfig({ schema: z.object({ LIST: pathList().prefault(["/a", "/b"]), MORE: z.string() }), layers: [{ name: "values", values: { MORE: "${LIST}" } }] });
    expect(config.values.LIST).toMatchObject({ before: ["/a", "/b"] });
    expect(config.values.MORE).toBe("/a:/b");
  });

  it("is one text where it is whole, and none where it adds", async () => {
    const lists = await Promise.all([load("/a:/b"), load({ prepend: "/a" })]);
    expect(lists.map(({ values: { LIST } }) => LIST && joinPathList(LIST))).toEqual(["/a:/b", undefined]);
  });
});

const folder = fc.string({ unit: fc.constantFrom(..."/'\"\\$`!*?[](){}<>|&;#~=%, \t\n\rä\u{1f600}aZ0"), minLength: 1, maxLength: 8 }).map((text) => text.replaceAll("${", "$"));
const folders = fc.array(folder, { maxLength: 3 });
const edit = fc.oneof(folders.map((whole) => whole), fc.record({ prepend: folders, append: folders }));

/** What a list must come to, said another way: folders are put on either side of what is there, one at a time. */
function model(edits: readonly (readonly string[] | { prepend: readonly string[]; append: readonly string[] })[], inherited: string): string {
  let list = inherited === "" ? [] : [inherited];
  for (const one of edits) list = "prepend" in one ? [...one.prepend, ...list, ...one.append] : [...one];
  return list.filter((each, index) => list.indexOf(each) === index).join(":");
}

describe.each(shells)("a list of folders, run by %s", (shell) => {
  it("arrives byte for byte, around what the variable holds there", () => fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.constantFrom("", "/inherited $x"), async (edits, inherited) => {
      const config = await load(...edits);
      const { text } = renderScript(applyLayers(compose(["sh", "-c", raw(`'printf %s "$LIST"'`)]), [variables(config)]));
      const run = runShell(shell, text, { env: inherited === "" ? {} : { LIST: inherited } });
      expect(run).toEqual({ status: 0, stderr: "", stdout: model(edits, inherited) });
    }), { numRuns: 60 }), 60_000);
});

it("a list in a file of every kind", async () => {
  for (const [name, text] of [["a.yaml", "LIST: [/a, /b]\n"], ["a.json", '{ "LIST": { "prepend": "/a:/b" } }'], ["a.env", "LIST=/a:/b\n"]] as const) {
    writeFileSync(join(root, name), text);
    chmodSync(join(root, name), 0o644);
    expect((await loadConfig({ schema, layers: [join(root, name)] })).values.LIST).toMatchObject({ before: ["/a", "/b"] });
  }
});
