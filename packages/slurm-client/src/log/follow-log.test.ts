import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AbortedError, TransportError, type ExecResult, type Transport } from "@hpckit/core";
import { manualClock, scriptedTransport } from "@hpckit/core/testing";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { followLog } from "./follow-log.js";
import { parseLogChunk, renderReadLog } from "./log-chunk.js";

const folder = mkdtempSync(join(tmpdir(), "it's a log "));
const file = join(folder, "slurm-7.out");
afterAll(() => rmSync(folder, { recursive: true }));

/** This machine: the scripts are carried out by a real sh. Before each reading the job goes on. */
function machine(step: (reading: number) => void): Transport {
  let reading = 0;
  const exec = (argv: readonly string[]): Promise<ExecResult> => {
    step(reading++);
    const [program = "", ...words] = argv;
    const stdoutBytes = new Uint8Array(execFileSync(program, words, { maxBuffer: 2 ** 26 }));
    return Promise.resolve({ argv, exitCode: 0, signal: undefined, ok: true, stdout: "", stderr: "", stdoutBytes, durationMs: 0 });
  };
  return { ...scriptedTransport(() => ({})), exec };
}

interface Follow {
  readonly follow?: boolean;
  readonly endsAt?: number;
  readonly signal?: AbortSignal;
}

/** Writes a piece before each reading, and then the job ends. */
async function follow(pieces: readonly (() => void)[], { follow: goOn = true, endsAt = pieces.length, signal }: Follow = {}): Promise<readonly string[]> {
  rmSync(file, { force: true });
  let reading = 0;
  const transport = machine((count) => {
    reading = count + 1;
    pieces[count]?.();
  });
  const texts: string[] = [];
  for await (const text of followLog(transport, manualClock(), file, { follow: goOn, hasEnded: () => reading >= endsAt, ended: new AbortController().signal, intervalMs: 5000, signal })) texts.push(text);
  return texts;
}

const append = (bytes: string | Uint8Array) => () => appendFileSync(file, bytes);
const nothing = (): void => undefined;

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
        expect((await follow(at.map((from, index) => append(bytes.slice(from, at[index + 1] ?? from))))).join("")).toBe(text);
      }),
      { numRuns: 25 },
    );
  });

  it("gives more than one reading takes", async () => {
    const long = Array.from({ length: 120_000 }, (_, index) => `line ${index} é and some words\n`).join("");
    expect((await follow([append(long)])).join("") === long).toBe(true);
  });

  it("begins again with a file that was begun anew, as after a requeue", async () => {
    expect((await follow([append("first run\n"), () => writeFileSync(file, "second\n"), append("end\n")])).join("")).toBe("first run\nsecond\nend\n");
  });

  it("gives nothing for a file that never comes, and ends with the job", async () => {
    expect(await follow([nothing, nothing])).toEqual([]);
  });

  it("reads once what is there, when it is not to follow", async () => {
    expect(await follow([append("so far"), append("later")], { follow: false, endsAt: 99 })).toEqual(["so far"]);
  });

  it("replaces bytes that are no text", async () => {
    expect((await follow([append(Uint8Array.of(97, 255, 98))])).join("")).toBe("a\ufffdb");
  });

  it("ends when the caller gives up", async () => {
    const giveUp = new AbortController();
    await expect(follow([append("x"), () => giveUp.abort()], { endsAt: 99, signal: giveUp.signal })).rejects.toThrow(AbortedError);
  });

  it("outlasts a connection that is away for a while, and not one that is refused", async () => {
    let readings = 0;
    const reading = async (failure: TransportError): Promise<string> => {
      readings = 0;
      const transport = scriptedTransport(() => {
        if (++readings < 4) throw failure;
        return { stdout: "2\nab" };
      });
      const options = { follow: true, hasEnded: () => readings >= 4, ended: new AbortController().signal, intervalMs: 5000 };
      let text = "";
      for await (const piece of followLog(transport, manualClock(), file, options)) text += piece;
      return text;
    };
    await expect(reading(new TransportError("authentication-failed", "no"))).rejects.toThrow("no");
    expect(readings).toBe(1);
    expect(await reading(new TransportError("connection-lost", "lost"))).toBe("ab");
  });
});

describe("one reading", () => {
  it("is of a file whose name needs quoting, from an offset on", () => {
    writeFileSync(file, "0123456789");
    const { sizeBytes, bytes } = parseLogChunk(new Uint8Array(execFileSync("sh", ["-c", renderReadLog(file, 4).shell])));
    expect([sizeBytes, new TextDecoder().decode(bytes)]).toEqual([10, "456789"]);
  });

  it.each(["", "banner\n12\nx", "12", "-1\n"])("throws on %j", (printed) => {
    expect(() => parseLogChunk(new TextEncoder().encode(printed))).toThrow("no size");
  });
});
