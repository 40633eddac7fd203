import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { compact } from "./journal-file.js";
import { openJournal, type Journal } from "./journal.js";
import { renderRecord, type BegunSubmission } from "./journal-record.js";

const root = mkdtempSync(join(tmpdir(), "it's a journal "));
afterAll(() => rmSync(root, { recursive: true }));
const newFile = (): string => join(mkdtempSync(join(root, "f")), "journal");
const begun = (token: string): BegunSubmission => ({ token, key: token, cluster: "c", begunAtSeconds: 1_795_179_600 });
const tokensOf = async (journal: Journal): Promise<readonly string[]> => (await journal.unsettled()).map(({ token }) => token);
const aside = (file: string): readonly string[] => readdirSync(join(file, "..")).filter((name) => name !== "journal");

describe("a journal that has grown", () => {
  it("drops what is settled, and keeps what is open", async () => {
    const file = newFile();
    const journal = openJournal(file, { compactAtBytes: 4000 });
    await journal.begin([begun("open")]);
    let largest = 0;
    for (let index = 0; index < 300; index++) {
      await journal.begin([begun(String(index))]);
      await journal.settle(String(index));
      largest = Math.max(largest, statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    }
    expect(largest).toBeLessThan(5000);
    expect(aside(file)).toEqual([]);
    expect(await tokensOf(journal)).toEqual(["open"]);
    expect(await tokensOf(openJournal(file))).toEqual(["open"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await journal.settle("open");
    expect(await tokensOf(journal)).toEqual([]);
  });

  it("is not written anew again and again by what is open alone", async () => {
    const file = newFile();
    const journal = openJournal(file, { compactAtBytes: 1000 });
    const inodes = new Set<number>();
    for (let index = 0; index < 200; index++) {
      await journal.begin([begun(String(index))]);
      inodes.add(statSync(file).ino);
    }
    expect(inodes.size).toBeLessThan(6);
    expect(await journal.unsettled()).toHaveLength(200);
  });

  it("takes a submission that is begun anew for open, and one that another process settles for settled", async () => {
    const file = newFile();
    const journal = openJournal(file);
    await journal.begin([begun("a"), begun("b")]);
    await journal.settle("a");
    await journal.begin([begun("a")]);
    await compact(file);
    const carried = readFileSync(file, "utf8");
    // The other process was faster with its record than this one with what it carried over.
    writeFileSync(file, renderRecord({ kind: "settled", token: "b" }) + carried);
    expect(await tokensOf(journal)).toEqual(["a"]);
  });

  it("that cannot be put aside is written on", async () => {
    const file = newFile();
    symlinkSync(`${file}.real`, file);
    const journal = openJournal(file, { compactAtBytes: 100 });
    for (const token of ["a", "b", "c"]) await journal.begin([begun(token)]);
    expect(await tokensOf(journal)).toEqual(["a", "b", "c"]);
  });
});

describe("compacting", () => {
  it("that ended at any moment has lost nothing, and is finished by the next", async () => {
    const file = newFile();
    await openJournal(file).begin([begun("a"), begun("b")]);
    await openJournal(file).settle("a");
    const whole = readFileSync(file, "utf8");
    await compact(file);
    const carried = readFileSync(file, "utf8");
    const moments: readonly (readonly [string | undefined, string | undefined])[] = [[undefined, whole], [whole, undefined], [whole, ""], [whole, carried.slice(0, 40)], [whole, carried], [undefined, carried]];
    for (const [old, now] of moments) {
      const at = newFile();
      if (old !== undefined) writeFileSync(`${at}.000001-0123456789ab`, old);
      if (now !== undefined) writeFileSync(at, now);
      copyFileSync(file, join(at, "..", "journal.other"));
      const journal = openJournal(at);
      expect(await tokensOf(journal)).toEqual(["b"]);
      await journal.begin([begun("c")]);
      await compact(at);
      expect(await tokensOf(journal)).toEqual(["b", "c"]);
      expect(aside(at)).toEqual(["journal.other"]);
    }
  });

  it("loses nothing that two processes have begun, whenever they are killed", { timeout: 30_000 }, async () => {
    const worker = fileURLToPath(new URL("fixtures/journal-worker.ts", import.meta.url));
    for (let round = 0; round < 2; round++) {
      const file = newFile();
      const said = await Promise.all(
        ["one", "two"].map(async (name, index) => {
          const child = spawn(process.execPath, ["--conditions=@hpckit/source", "--import", "tsx", worker, file, name], { stdio: ["ignore", "pipe", "inherit"] });
          let text = "";
          child.stdout.on("data", (piece: Buffer) => {
            text += piece.toString();
            // After some hundred records, the two never the same number.
            if (text.length > 1000 + 300 * (round + index)) child.kill("SIGKILL");
          });
          await once(child, "close");
          return text.split("\n").slice(0, -1);
        }),
      );
      const open = new Set(await tokensOf(openJournal(file)));
      expect(said.flat().filter((token) => !open.has(token))).toEqual([]);
      expect(said.flat().length).toBeGreaterThan(100);
      const settled = [...open].filter((token) => !token.endsWith("-open"));
      // Those in flight, and what both compacted at the same moment.
      expect(settled.length).toBeLessThan(20);
    }
  });
});
