import { execFileSync } from "node:child_process";
import { linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { OutputUnreadableError } from "@hpckit/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureDebianPackages } from "../../../../tools/system/src/index.js";
import { archiveCheck } from "./archive-check.js";
import { makeLocalFolder } from "./local-folder.js";
import { tarCounter } from "./tar-counter.js";
import { startTar } from "./tar-process.js";
import { unpacking } from "./unpacking.js";

interface Member {
  readonly name: string;
  readonly type?: string;
  readonly target?: string;
  readonly mode?: number;
  readonly content?: string;
  /** Its size as it is written. */
  readonly size?: string;
}

/** One entry as ustar writes it, whatever its name is. */
function member({ name, type = "0", target = "", mode = 0o644, content = "", size = content.length.toString(8).padStart(11, "0") }: Member): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, "latin1");
  header.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
  for (const at of [108, 116]) header.write("0000000\0", at);
  header.write(`${size}\0`.slice(0, 12), 124, "latin1");
  header.write("00000000001\0", 136);
  header.write(type, 156);
  header.write(target, 157, "latin1");
  header.write("ustar\x0000", 257);
  // Of a device: /dev/null.
  if (type === "3") header.write("0000001\x000000003\0", 329);
  header.fill(" ", 148, 156);
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
const archive = (members: readonly Member[]): Buffer => Buffer.concat([...members.map(member), Buffer.alloc(1024)]);

/** A name that GNU tar says in an entry of its own, or pax in a record. */
const longName = (name: string): Buffer => member({ name: "././@LongLink", type: "L", content: `${name}\0` });
const pax = (record: string): Buffer => member({ name: "pax", type: "x", content: `${record.length + 4} ${record}\n` });
const paxName = (name: string): Buffer => pax(`path=${name}`);

const root: Member = { name: "./", type: "5", mode: 0o755 };
const evil = { content: "evil" };
const attacks: Readonly<Record<string, readonly Member[]>> = {
  "a name with ..": [{ name: "../escaped", ...evil }],
  "a name with .. inside": [{ name: "./sub/../../escaped", ...evil }],
  "a file through a link": [{ name: "./way", type: "2", target: ".." }, { name: "./way/escaped", ...evil }],
  "a file through a link in a folder": [{ name: "./a", type: "5" }, { name: "./a/way", type: "2", target: "../.." }, { name: "a//./way/escaped", ...evil }],
  "a file over a link": [{ name: "./way", type: "2", target: "../escaped" }, { name: "./way", ...evil }],
  "a hard link to what is outside": [{ name: "./hard", type: "1", target: "../victim" }, { name: "./hard", ...evil }],
  "a hard link through a link": [{ name: "./way", type: "2", target: ".." }, { name: "./hard", type: "1", target: "./way/victim" }, { name: "./hard", ...evil }],
  "another root": [{ name: "./", type: "2", target: ".." }, { name: "./escaped", ...evil }],
};

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "hpckit-hostile-"))));
beforeEach(() => {
  mkdirSync(join(folder, "ground", "outside"), { recursive: true });
  writeFileSync(join(folder, "ground", "victim"), "untouched");
  writeFileSync(join(folder, "ground", "outside", "victim"), "untouched");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(folder, "ground"), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

const ground = (...names: readonly string[]): string => join(folder, "ground", ...names);
const untouched = (): void => {
  expect([readFileSync(ground("victim"), "utf8"), readFileSync(ground("outside", "victim"), "utf8")]).toEqual(["untouched", "untouched"]);
  expect([...readdirSync(ground()), ...readdirSync(ground("outside"))].filter((name) => name === "escaped")).toEqual([]);
};
const absolute = (): readonly (readonly [string, readonly Member[]])[] => [
  ["an absolute name", [{ name: ground("outside", "escaped"), ...evil }]],
  ["a hard link to an absolute name", [{ name: "./hard", type: "1", target: ground("outside", "victim") }, { name: "./hard", ...evil }]],
  ["a file through an absolute link", [{ name: "./way", type: "2", target: ground("outside") }, { name: "./way/escaped", ...evil }]],
];

it("refuses each before tar sees it, and leaves nothing", async () => {
  for (const [attack, members] of [...Object.entries(attacks), ...absolute(), ["a device", [{ name: "./null", type: "3" }]] as const]) {
    await using made = await makeLocalFolder(ground("target"), { times: true, neededBytes: 0 });
    await expect((async () => made.unpack(archive([...(attack === "another root" ? [] : [root]), ...members])))(), attack).rejects.toMatchObject({ code: "path-refused" });
    untouched();
  }
  expect(readdirSync(ground()).sort()).toEqual(["outside", "victim"]);
});

it("refuses names that stand in entries of their own", () => {
  for (const before of [longName("../escaped"), paxName("/escaped")]) {
    expect(() => tarCounter(archiveCheck("read")).push(Buffer.concat([before, archive([{ name: "harmless", ...evil }])]))).toThrow("leads out");
  }
});

it("takes nothing for the end, or for a file's content, that tar takes for an entry", () => {
  const unnamed = member({ name: "", ...evil });
  expect(() => tarCounter(archiveCheck("read")).push(unnamed)).toThrow("leads out");
  const broken = member({ name: "./file", ...evil });
  broken.write("x", 0);
  const sized = member({ name: "./folder", type: "5", content: "bytes" });
  const numbered = member({ name: "./file", size: "12z" });
  for (const bytes of [broken, sized, numbered]) expect(() => tarCounter().push(bytes)).toThrow();
});

/** In what we would take for content stands a device node, and in what tar takes for content nothing of the kind; or the other way round. */
const readTwice: Readonly<Record<string, Buffer>> = {
  "blanks before a size": Buffer.concat([member({ name: "./a", size: "       1000" }), member({ name: "./b", content: "x".repeat(512) }).subarray(0, 512), member({ name: "./null", type: "3" })]),
  "a NUL before a size": Buffer.concat([member({ name: "./a", size: "\x000000001000" }), member({ name: "./b", content: "x".repeat(512) }).subarray(0, 512), member({ name: "./null", type: "3" })]),
  "a size of more than eight bytes": Buffer.concat([member({ name: "./a", size: "\x80\0\0\x01\0\0\0\0\0\0\x02\0" }).subarray(0, 512), member({ name: "./null", type: "3" })]),
  "a size in a record that is no decimal number": Buffer.concat([pax("size=0x200"), member({ name: "./a" }), member({ name: "./null", type: "3" })]),
  "a record without its end": Buffer.concat([member({ name: "pax", type: "x", content: "12 size=512x" }), member({ name: "./a" }), member({ name: "./null", type: "3" })]),
  "a file with the name of a folder": Buffer.concat([member({ name: "./a/", content: "x".repeat(512) }).subarray(0, 512), member({ name: "./null", type: "3" })]),
  "two names, of which GNU tar takes the first": Buffer.concat([paxName("../escaped"), longName("./a"), member({ name: "./b" })]),
  "a name that ends before its record": Buffer.concat([pax("path=../escaped\0/a"), member({ name: "./b" })]),
};
it.each(Object.keys(readTwice))("takes no archive that another reader would read otherwise: %s", (what) => {
  expect(() => tarCounter(archiveCheck("read")).push(readTwice[what] ?? Buffer.alloc(0))).toThrow(OutputUnreadableError);
});

it("accepts what a real tar packs, with links that lead anywhere", () => {
  const from = ground("from");
  mkdirSync(join(from, "sub", "..x"), { recursive: true });
  writeFileSync(join(from, "sub", "..x", "file"), "content");
  linkSync(join(from, "sub", "..x", "file"), join(from, "again"));
  symlinkSync("/etc/passwd", join(from, "absolute"));
  symlinkSync("../../..", join(from, "sub", "up"));
  linkSync(join(from, "sub", "up"), join(from, "same link"));
  execFileSync("mkfifo", [join(from, "pipe")]);
  const counter = tarCounter(archiveCheck("read"));
  counter.push(execFileSync("tar", ["-C", from, "-cf", "-", "."]));
  expect([counter.entries, counter.bytes]).toEqual([8, 7]);
});

/** An installation takes its time. */
const installingMs = 300_000;
/** The tar of macOS is bsdtar. */
const programs = process.platform === "linux" ? ["tar", "bsdtar"] : ["tar"];
describe.each(programs)("unpacked by %s without our check", (program) => {
  if (program === "bsdtar") beforeAll(() => ensureDebianPackages(["libarchive-tools"]), installingMs);
  beforeEach(() => {
    mkdirSync(ground("programs"));
    writeFileSync(ground("programs", "tar"), `#!/bin/sh\nPATH=\${PATH#*:} exec ${program} "$@"\n`, { mode: 0o755 });
    vi.stubEnv("PATH", `${ground("programs")}${delimiter}${process.env["PATH"] ?? ""}`);
    mkdirSync(ground("part"), { mode: 0o700 });
  });
  const unpack = async (bytes: Buffer): Promise<void> => {
    const tar = await startTar("write", ["-C", ground("part"), ...unpacking(undefined, true)]);
    tar.input.end(bytes);
    await tar.ended().catch(() => undefined);
  };

  it.each(Object.keys(attacks))("nothing outside is touched by %s", async (attack) => {
    await unpack(archive([root, ...(attacks[attack] ?? [])]));
    untouched();
  });

  it("nothing outside is touched by absolute names", async () => {
    for (const [, members] of absolute()) await unpack(archive([root, ...members]));
    untouched();
  });

  it("permission bits are kept, and those that lend rights are not", async () => {
    await unpack(archive([root, { name: "./folder", type: "5", mode: 0o3777 }, { name: "./suid", mode: 0o6777, ...evil }]));
    expect(["folder", "suid"].map((name) => lstatSync(ground("part", name)).mode & 0o7777)).toEqual([0o777, 0o777]);
  });
});
