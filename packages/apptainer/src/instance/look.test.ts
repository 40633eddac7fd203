import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { OutputUnreadableError } from "@hpckit/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { parseLook, renderLook } from "./look.js";

const book = (name: string, image = "/images/a b.sif"): string =>
  JSON.stringify({ pid: 7, ppid: 6, name, user: "alice", image, userns: true, logErrPath: `/l/${name}.err`, logOutPath: `/l/${name}.out` });
const facts = { name: "x", pid: 7, image: "/images/a b.sif", logs: { out: "/l/x.out", err: "/l/x.err" } };

describe("parseLook", () => {
  it("tells what lives from what is only listed, and from what is elsewhere", () => {
    const stdout = [
      `h1 alive 99 0123abcd:4711 11,12, ${book("x")}`,
      `h1 alive 99 0123abcd: - ${book("x")}`,
      `h1 alive 99 - - ${book("x")}`,
      `h1 dead - - - ${book("x")}`,
      `h2 elsewhere - - - ${book("x")}`,
      "",
    ].join("\n");
    const live = { ...facts, host: "h1", startTicks: 99 };
    expect(parseLook(stdout)).toEqual([
      { kind: "running", ...live, configDigest: "0123abcd", jobId: "4711", payload: [11, 12] },
      { kind: "idle", ...live, configDigest: "0123abcd", jobId: undefined },
      { kind: "idle", ...live, configDigest: undefined, jobId: undefined },
      { kind: "dead-but-listed", ...facts, host: "h1" },
      { kind: "unknown", ...facts, host: "h2" },
    ]);
    expect(parseLook("")).toEqual([]);
  });

  it("reads every path of an image", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (path) => {
        expect(parseLook(`h1 dead - - - ${book("x", path)}\n`)).toMatchObject([{ image: path }]);
      }),
    );
  });

  it.each(["Welcome!", `h1 gone - - - ${book("x")}`, "h1 dead - - - {}", `h1 dead - - - ${book("x").slice(0, -1)}`])("throws on %s", (line) => {
    expect(() => parseLook(`${line}\n`)).toThrow(OutputUnreadableError);
  });
});

describe.each(shells)("the look at the engine's books in %s", (shell) => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "books-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const write = (name: string, text: string): string => {
    const folder = join(home, ".apptainer/instances/app", hostname(), userInfo().username, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.json`), text);
    return join(folder, `${name}.json`);
  };
  const look = (before = ""): readonly string[] => {
    const { stdout, status } = runShell(shell, `${before}\n${renderLook().shell}`, { env: { HOME: home } });
    expect(status).toBe(0);
    return parseLook(stdout).map(({ kind, name }) => `${name} ${kind}`);
  };

  it("passes over a container whose ranks share name spaces, and its variables never leave", () => {
    write("a", book("a").replace("{", '{"config":"c2VjcmV0",'));
    write("sharens_instance_7", book("sharens_instance_7").replace(/\}$/, ',"sharensMode":true}'));
    expect(look()).toEqual(["a dead-but-listed"]);
    expect(runShell(shell, renderLook().shell, { env: { HOME: home } }).stdout).not.toContain("c2VjcmV0");
  });

  it("waits for a book that is being written, and passes over one that goes meanwhile", () => {
    const [written, removed] = [write("a", ""), write("b", book("b").slice(0, 9))];
    write("c", book("c"));
    expect(look(`sleep() { echo '${book("a")}' > '${written}'; rm -f '${removed}'; }`)).toEqual(["a dead-but-listed", "c dead-but-listed"]);
    expect(() => write("d", "{") && look("sleep() { :; }")).toThrow(OutputUnreadableError);
  });
});
