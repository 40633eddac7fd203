import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openJournal } from "./journal.js";
import { findUnsettled, parseJournal, renderRecord, type BegunSubmission } from "./journal-record.js";

const folder = mkdtempSync(join(tmpdir(), "it's a journal "));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const newFile = (): string => join(folder, String(count++));
const begun = (token: string): BegunSubmission => ({ token, key: `key "é" ${token}`, cluster: "c", begunAtSeconds: 1_795_179_600 });
const tokens = (submissions: readonly BegunSubmission[]): readonly string[] => submissions.map(({ token }) => token);

describe("a journal", () => {
  it("knows what was begun and not settled, also after a restart", async () => {
    const file = newFile();
    const journal = openJournal(file);
    expect(await journal.unsettled()).toEqual([]);
    await journal.begin([begun("a"), { ...begun("b"), namespace: "n" }]);
    await journal.settle("a");
    expect(await openJournal(file).unsettled()).toEqual([{ ...begun("b"), namespace: "n" }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("loses no record to a tail that was torn, at whatever byte", async () => {
    const whole = renderRecord({ kind: "begun", ...begun("b") });
    for (let length = 0; length < Buffer.byteLength(whole); length += 7) {
      const file = newFile();
      await openJournal(file).begin([begun("a")]);
      appendFileSync(file, Buffer.from(whole).subarray(0, length));
      const journal = openJournal(file);
      expect(tokens(await journal.unsettled())).toEqual(["a"]);
      await journal.begin([begun("c")]);
      expect(tokens(await journal.unsettled())).toEqual(["a", "c"]);
    }
  });

  it("that cannot be written sends nothing", async () => {
    const journal = openJournal(join(folder, "not there", "journal"));
    await expect(journal.begin([begun("a")])).rejects.toMatchObject({ code: "journal-failed", outcome: "not-sent" });
    await expect(journal.settle("a")).resolves.toBeUndefined();
  });

  it("takes appends of several at once, each whole", async () => {
    const file = newFile();
    const [one, other] = [openJournal(file), openJournal(file)];
    await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).begin([begun(String(index))])));
    expect(await one.unsettled()).toHaveLength(40);
  });
});

describe("records", () => {
  it("with any byte flipped say less, and nothing else", () => {
    const content = ["a", "b", "c"].map((token) => renderRecord({ kind: "begun", ...begun(token) })).join("");
    fc.assert(
      fc.property(fc.nat(content.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        const damaged = content.slice(0, at) + character + content.slice(at + 1);
        for (const { token } of findUnsettled(parseJournal(damaged))) expect(["a", "b", "c"]).toContain(token);
        expect(findUnsettled(parseJournal(damaged)).length).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it("that are cut say less, and nothing else", () => {
    const file = newFile();
    writeFileSync(file, renderRecord({ kind: "begun", ...begun("a") }) + renderRecord({ kind: "settled", token: "a" }));
    const { size } = statSync(file);
    for (let length = size; length >= 0; length--) {
      truncateSync(file, length);
      expect(findUnsettled(parseJournal(readFileSync(file, "utf8"))).length).toBeLessThanOrEqual(1);
    }
  });
});
