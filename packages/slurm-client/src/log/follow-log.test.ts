import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AbortedError, CommandFailedError, lines, OutputUnreadableError, sh, TransportError, type ExecOptions, type ExecResult, type Transport } from "@hpckit/core";
import { manualClock, scriptedTransport, type ScriptedCall } from "@hpckit/core/testing";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { inputOf } from "../fixtures/scripted-slurm.js";
import { followLog, type FilePiece } from "./follow-log.js";
import { createLogReader } from "./log-reader.js";
import { parseReadLogs, renderReadLogs, type LogStart } from "./log-reading.js";

const folder = mkdtempSync(join(tmpdir(), "it's a log "));
const file = join(folder, "slurm-7.out");
afterAll(() => rmSync(folder, { recursive: true }));

/** This machine: the scripts are carried out by a real sh. Before each reading the job goes on. */
function machine(step: (reading: number) => void): Transport {
  let reading = 0;
  const exec = (argv: readonly string[], { stdin }: ExecOptions = {}): Promise<ExecResult> => {
    step(reading++);
    const [program = "", ...words] = argv;
    const stdoutBytes = new Uint8Array(execFileSync(program, words, { input: typeof stdin === "string" ? stdin : "", maxBuffer: 2 ** 26 }));
    return Promise.resolve({ argv, exitCode: 0, signal: undefined, ok: true, stdout: "", stderr: "", stdoutBytes, durationMs: 0 });
  };
  return { ...scriptedTransport(() => ({})), exec };
}

const nothing = (): void => undefined;

interface Follow {
  readonly follow?: boolean;
  readonly endsAt?: number;
  readonly signal?: AbortSignal;
  readonly start?: LogStart;
  /** Before which reading the job was seen to run again. */
  readonly restartAt?: number;
  /** Whether the job ever ran. */
  readonly hasRun?: boolean;
  /** Told of each reading. */
  readonly onReading?: (count: number) => void;
}

/** Writes a piece before each reading, and then the job ends. */
async function followPieces(pieces: readonly (() => void)[], { follow: goOn = true, endsAt = pieces.length, signal, start = { offset: 0 }, restartAt = Infinity, hasRun = true, onReading = nothing }: Follow = {}): Promise<readonly FilePiece[]> {
  rmSync(file, { force: true });
  let reading = 0;
  const transport = machine((count) => {
    reading = count + 1;
    onReading(reading);
    pieces[count]?.();
  });
  const found: FilePiece[] = [];
  const clock = manualClock();
  const options = { follow: goOn, start, hasEnded: () => reading >= endsAt, hasRun: () => hasRun, restarts: () => (reading >= restartAt ? 1 : 0), ended: new AbortController().signal, intervalMs: 5000, signal };
  for await (const piece of followLog(createLogReader(transport, clock), clock, file, options)) found.push(piece);
  return found;
}

async function follow(pieces: readonly (() => void)[], options: Follow = {}): Promise<readonly string[]> {
  return (await followPieces(pieces, options)).map(({ bytes }) => Buffer.from(bytes).toString("latin1")).map((text) => Buffer.from(text, "latin1").toString("utf8"));
}

const token = (call: ScriptedCall): string => /hpckit-log-[\w-]+/.exec(inputOf(call))?.[0] ?? "";

const append = (bytes: string | Uint8Array) => () => appendFileSync(file, bytes);
const inodeOf = (path: string): string => String(statSync(path).ino);

describe("following a log", () => {
  it("gives what comes, when it comes, and lines that have no end yet", async () => {
    expect(await follow([nothing, append("line 1\nli"), nothing, append("ne 2\nlast")])).toEqual(["line 1\nli", "ne 2\nlast"]);
  });

  it("gives every byte once, however it is cut, also within a character", async () => {
    const cut = fc.record({ text: fc.string({ unit: fc.constantFrom("a", "\n", "é", "😀", "\r"), maxLength: 300 }), cuts: fc.array(fc.nat(), { maxLength: 5 }) });
    await fc.assert(
      fc.asyncProperty(cut, async ({ text, cuts }) => {
        const bytes = new TextEncoder().encode(text);
        const at = [...cuts.map((each) => each % (bytes.length + 1)), 0, bytes.length].sort((one, other) => one - other);
        const pieces = await followPieces(at.map((from, index) => append(bytes.slice(from, at[index + 1] ?? from))));
        expect(Buffer.concat(pieces.map((piece) => piece.bytes)).toString("utf8")).toBe(text);
        let reached = 0;
        for (const piece of pieces) {
          expect(piece.offset).toBe(reached);
          reached += piece.bytes.length;
        }
      }),
      { numRuns: 25 },
    );
  });

  it("gives more than one reading takes", async () => {
    const long = Array.from({ length: 120_000 }, (_, index) => `line ${index} é and some words\n`).join("");
    const pieces = await followPieces([append(long)]);
    expect(Buffer.concat(pieces.map((piece) => piece.bytes)).toString("utf8") === long).toBe(true);
  });

  it("begins again with a file that was begun anew, as after a requeue", async () => {
    expect((await follow([append("first run\n"), () => writeFileSync(file, "second\n"), append("end\n")])).join("")).toBe("first run\nsecond\nend\n");
  });

  it("knows a file that was begun anew by its beginning, when it is longer than before and alike where it was reached", async () => {
    const run = (host: string, count: number): string => `started on ${host}\n${"a step like any other, loss computed, all is well\n".repeat(count)}`;
    const pieces = await followPieces([append(run("c1", 100)), nothing, () => writeFileSync(file, run("c2", 150))]);
    expect(pieces.map(({ begunAnew }) => begunAnew)).toEqual([false, true]);
    expect(Buffer.from(pieces[1]?.bytes ?? []).toString()).toBe(run("c2", 150));
  });

  it.each([["as much", 100], ["more", 150]])("compares the whole once another run was seen: one that wrote %s, and begins alike", async (_, count) => {
    const run = (host: string, steps: number): string => `${"a banner of the site\n".repeat(40)}started on ${host}\n${"a step like any other, loss computed, all is well\n".repeat(steps)}`;
    const pieces = await followPieces([append(run("c1", 100)), nothing, () => writeFileSync(file, run("c2", count))], { restartAt: 3 });
    expect(pieces.map(({ begunAnew }) => begunAnew).slice(-1)).toEqual([true]);
    expect(Buffer.from(pieces.at(-1)?.bytes ?? []).toString()).toBe(run("c2", count));
  });

  it("goes on with a file that another run appends to", async () => {
    const pieces = await followPieces([append("first run\n"), nothing, append("second\n"), append("end\n")], { restartAt: 2 });
    expect(pieces.map(({ bytes, begunAnew }) => [Buffer.from(bytes).toString(), begunAnew])).toEqual([["first run\n", false], ["second\nend\n", false]]);
  });

  it("gives nothing for a job that never ran, and ends with it", async () => {
    expect(await follow([nothing, nothing], { hasRun: false })).toEqual([]);
  });

  it("says which file is not there, after half a minute in which it may come late", async () => {
    let readings = 0;
    const options = { onReading: (count: number) => (readings = count) };
    await expect(follow([nothing, nothing], options)).rejects.toMatchObject({ name: "SlurmError", code: "log-missing", message: expect.stringContaining(`${file} is not there`) as string });
    expect(readings).toBe(32);
    expect(await follow([...Array.from({ length: 20 }, () => nothing), append("late\n")], { endsAt: 1 })).toEqual(["late\n"]);
    await expect(follow([nothing], { ...options, follow: false, endsAt: 0 })).rejects.toThrow("is not there");
    expect(readings).toBe(1);
    expect(await follow([nothing], { follow: false, endsAt: 99 })).toEqual([]);
  });

  it("says how far a file was read that went", async () => {
    const steps = [append("one\n"), () => rmSync(file)];
    await expect(follow(steps)).rejects.toThrow("moved or removed after 4 bytes were read");
  });

  it("reads once what is there, when it is not to follow", async () => {
    expect(await follow([append("so far"), append("later")], { follow: false, endsAt: 99 })).toEqual(["so far"]);
  });

  it("says where each piece stands, and that a file was begun anew", async () => {
    const pieces = await followPieces([append("first run\n"), append("more"), () => writeFileSync(file, "second\n"), nothing, append("end\n")]);
    expect(pieces.map(({ offset, begunAnew }) => [offset, begunAnew])).toEqual([[0, false], [10, false], [0, true], [7, false]]);
  });

  it.each([
    [{ lastLines: 2 }, "three\nfour"],
    [{ lastLines: 99 }, "one\ntwo\nthree\nfour"],
    [{ lastBytes: 3 }, "our"],
    [{ lastBytes: 999 }, "one\ntwo\nthree\nfour"],
    [{ offset: 4 }, "two\nthree\nfour"],
    [{ offset: 18 }, ""],
  ] as const)("begins where it is told: %j", async (start, expected) => {
    expect((await follow([append("one\ntwo\nthree\nfour")], { start })).join("")).toBe(expected);
    expect((await follow([append("one\ntwo\nthree\nfour"), append(" more")], { start })).join("")).toBe(`${expected} more`);
  });

  it.each([{ lastLines: 0 }, { lastLines: 1 }, { lastBytes: 0 }, { lastBytes: 3 }] as const)("leaves out nothing that comes while it follows: %j", async (start) => {
    const fifty = Array.from({ length: 50 }, (_, index) => `line ${index}\n`).join("");
    expect((await follow([nothing, append(fifty)], { start })).join("")).toBe(fifty);
    expect((await follow([append(""), append(fifty)], { start })).join("")).toBe(fifty);
    const old = (await follow([append("old\nnew\n")], { start })).join("");
    expect((await follow([append("old\nnew\n"), append(fifty)], { start })).join("")).toBe(old + fifty);
  });

  it("begins anew where the file is shorter than the place to go on from", async () => {
    expect(await follow([append("new")], { start: { offset: 50 } })).toEqual(["new"]);
  });

  it("ends when the caller gives up", async () => {
    const giveUp = new AbortController();
    await expect(follow([append("x"), () => giveUp.abort()], { endsAt: 99, signal: giveUp.signal })).rejects.toThrow(AbortedError);
  });

  it("outlasts a connection that is away for a while, and not one that is refused", async () => {
    let readings = 0;
    const reading = async (failure: TransportError): Promise<string> => {
      readings = 0;
      const transport = scriptedTransport((call) => {
        if (++readings < 4) throw failure;
        return { stdout: `${token(call)} 2 0 5: \nab${token(call)} from\nab` };
      });
      const options = { follow: true, start: { offset: 0 }, hasEnded: () => readings >= 4, hasRun: () => true, restarts: () => 0, ended: new AbortController().signal, intervalMs: 5000 };
      let text = "";
      for await (const { bytes } of followLog(createLogReader(transport, manualClock()), manualClock(), file, options)) text += Buffer.from(bytes).toString();
      return text;
    };
    await expect(reading(new TransportError("authentication-failed", "no"))).rejects.toThrow("no");
    expect(readings).toBe(1);
    expect(await reading(new TransportError("connection-lost", "lost"))).toBe("ab");
  });
});

describe("a file that is renamed while the job writes on", () => {
  const renamed = `${file}.1`;
  const rename = (): void => renameSync(file, renamed);
  /** What the job keeps open has another name by then. */
  const writeOn = (bytes: string) => (): void => appendFileSync(renamed, bytes);
  const together = (...steps: readonly (() => void)[]) => (): void => steps.forEach((step) => step());
  const read = async (pieces: readonly (() => void)[], options?: Follow): Promise<readonly (readonly [string, number, boolean])[]> =>
    (await followPieces(pieces, options)).map(({ bytes, offset, begunAnew }) => [Buffer.from(bytes).toString(), offset, begunAnew]);

  it("is read to its end, whether or not another has its name", async () => {
    const steps = [append("one\n"), together(rename, writeOn("two\n")), nothing, writeOn("three\n")];
    const pieces = [["one\n", 0, false], ["two\n", 4, false], ["three\n", 8, false]];
    expect(await read(steps)).toEqual(pieces);
    expect(await read([...steps.slice(0, 2), append(""), ...steps.slice(3)])).toEqual(pieces);
  });

  it("is read to its end before the one that the job opened anew", async () => {
    expect(await read([append("one\n"), together(append("two\n"), rename, append("three\n")), append("four\n")])).toEqual([["one\n", 0, false], ["two\n", 4, false], ["three\nfour\n", 0, true]]);
  });

  it("is not taken for one that has its number by now, under another name", async () => {
    const elsewhere = `${file.slice(0, file.lastIndexOf("/"))}/another.out`;
    const steps = [append("one\n"), together(() => renameSync(file, elsewhere), () => appendFileSync(elsewhere, "two\n")), nothing];
    expect(await read(steps, { hasRun: false })).toEqual([["one\n", 0, false]]);
  });

  it("is not taken for another file in its place", async () => {
    const steps = [append("one\n"), together(rename, () => writeFileSync(renamed, "another's\n")), nothing];
    expect(await read(steps, { hasRun: false })).toEqual([["one\n", 0, false]]);
    await expect(read(steps)).rejects.toThrow("is not there");
  });
});

describe("a reading that fails", () => {
  const failing = (failure: Error, endsAt: number) => {
    let readings = 0;
    const transport = scriptedTransport(() => {
      if (++readings > 500) throw new RangeError("read 500 times");
      throw failure;
    });
    const options = { follow: true, start: { offset: 0 }, hasEnded: () => readings >= endsAt, hasRun: () => true, restarts: () => 0, ended: new AbortController().signal, intervalMs: 5000 };
    return followLog(createLogReader(transport, manualClock()), manualClock(), file, options).next().then(() => "ended", (error: unknown) => [error, readings]);
  };

  it("again and again is told, while the job runs and after its end", async () => {
    const failed = new CommandFailedError({ argv: ["/bin/sh"], exitCode: 126, signal: undefined, ok: false, stdout: "", stderr: "no", stdoutBytes: new Uint8Array(), durationMs: 0 });
    expect(await failing(failed, Infinity)).toEqual([failed, 20]);
    expect(await failing(failed, 0)).toEqual([failed, 20]);
  });

  it("for want of a connection is tried again as long as the job runs", async () => {
    const lost = new TransportError("connection-lost", "lost");
    expect(await failing(lost, 300)).toEqual([lost, 301]);
    expect(await failing(lost, 0)).toEqual([lost, 20]);
  });
});

describe("one reading", () => {
  it("begins with the line that was asked for, also of a file that grows meanwhile", () => {
    const [growing, grown] = [join(folder, "growing"), join(folder, "grown")];
    writeFileSync(growing, "one\ntwo\nthree\n");
    // The job writes on as soon as the size was taken.
    const grows = sh`wc() { command wc "$@"; [ -e ${grown} ] || { : > ${grown}; printf 'four\nfi' >> ${growing}; }; }`;
    const script = lines(grows, renderReadLogs([{ file: growing, start: { lastLines: 2 } }], "token-1")).shell;
    const [reading] = parseReadLogs(new Uint8Array(execFileSync("sh", ["-c", script])), "token-1", 1);
    expect(reading?.kind === "read" && Buffer.from(reading.bytes).toString()).toBe("two\nthree\nfour\nfi");
  });

  const read = (script: string): Uint8Array => new Uint8Array(execFileSync("sh", ["-c", script]));

  it("is of many files at once, whatever their names and whatever they hold", () => {
    const [second, missing] = [join(folder, "$HOME; `x`"), join(folder, "missing")];
    writeFileSync(file, "0123456789");
    writeFileSync(second, Uint8Array.of(0, 255, 10, 0));
    const requests = [{ file, start: { offset: 4 } }, { file: missing, start: { offset: 0 } }, { file: second, start: { offset: 0 } }, { file: folder, start: { offset: 0 } }];
    expect(parseReadLogs(read(renderReadLogs(requests, "token-1").shell), "token-1", 4)).toEqual([
      { kind: "read", inode: inodeOf(file), isReplaced: false, sizeBytes: 10, offset: 4, head: new TextEncoder().encode("0123456789"), bytes: new TextEncoder().encode("456789"), digest: undefined },
      { kind: "absent" },
      { kind: "read", inode: inodeOf(second), isReplaced: false, sizeBytes: 4, offset: 0, head: Uint8Array.of(0, 255, 10, 0), bytes: Uint8Array.of(0, 255, 10, 0), digest: undefined },
      { kind: "unreadable" },
    ]);
  });

  it("of a file that went in mid-reading is none", () => {
    expect(parseReadLogs(new TextEncoder().encode("t 9 0 5: \nt from\n"), "t", 1)).toEqual([{ kind: "absent" }]);
  });

  it("never is of a file that could not be known again: one that was just made comes with the next", () => {
    const made = join(folder, "made");
    // The job makes it as soon as its inode was looked for.
    const makes = sh`ls() { command ls "$@"; status=$?; [ "$1" != -diL ] || printf made > ${made}; return "$status"; }`;
    const [reading] = parseReadLogs(read(lines(makes, renderReadLogs([{ file: made, start: { offset: 0 } }], "token-1")).shell), "token-1", 1);
    expect(reading?.kind).toBe("absent");
  });

  it.each(["", "t", "t 12", "t -1 2\n", "t 1 0\nx", "t 1 0 5: \nx", "t 1 0 5: \nxt absent\n", "banner\n12\nx"])("throws on %j", (printed) => {
    expect(() => parseReadLogs(new TextEncoder().encode(printed), "t", 1)).toThrow(OutputUnreadableError);
  });
});

describe("followers of one connection", () => {
  it("share a reading", async () => {
    const transport = scriptedTransport((call) => ({ stdout: (inputOf(call).match(/^read_log /gm) ?? []).map((_, index) => `${token(call)} 1 0 5: \n${index}${token(call)} from\n${index}`).join("") }));
    const reader = createLogReader(transport, manualClock());
    const readings = await Promise.all(["/a", "/b", "/c"].map((path) => reader.read({ file: path, start: { offset: 0 } })));
    expect(transport.calls).toHaveLength(1);
    expect(readings.map((reading) => (reading.kind === "read" ? Buffer.from(reading.bytes).toString() : reading.kind))).toEqual(["0", "1", "2"]);
  });

  it("are as many as there are, in folders as deep as they are", async () => {
    const names = Array.from({ length: 201 }, (_, index) => join(folder, `${"a long name ".repeat(15)}${index}`));
    for (const name of names) writeFileSync(name, name);
    const reader = createLogReader(machine(nothing), manualClock());
    const readings = await Promise.all(names.map((name) => reader.read({ file: name, start: { offset: 0 } })));
    expect(readings.map((reading) => (reading.kind === "read" ? Buffer.from(reading.bytes).toString() : reading.kind))).toEqual(names);
  });

  it("are told of a failure, each of them, and may give up alone", async () => {
    let calls = 0;
    const transport = scriptedTransport(() => {
      calls++;
      throw new TransportError("connection-lost", "lost");
    });
    const reader = createLogReader(transport, manualClock());
    const all = await Promise.allSettled([reader.read({ file: "/a", start: { offset: 0 } }), reader.read({ file: "/b", start: { offset: 0 } }, { signal: AbortSignal.abort() })]);
    expect(all.map((one) => (one.status === "rejected" ? (one.reason as Error).name : one.status))).toEqual(["TransportError", "AbortedError"]);
    expect(calls).toBe(1);
  });
});
