import { OutputUnreadableError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLook } from "./look.js";

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
