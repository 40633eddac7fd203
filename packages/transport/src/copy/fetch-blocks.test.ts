import { createHash, randomBytes } from "node:crypto";
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import { TransportError } from "@hpckit/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { blockBytes } from "./blocks.js";
import { fetchBlocks, type FetchOptions } from "./fetch-blocks.js";
import { replyReader } from "../guard/reply.js";
import type { Lane, Lanes } from "./helper-lanes.js";
import type { ServedFile, ServedFolder } from "./served-header.js";
import { createWitness } from "./verification.js";

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const token = "5".repeat(32);

/** What comes through the guard's reply, which keeps back what may be the beginning of its own words. */
function throughReply(onOutput: Lane["onOutput"]): Lane["onOutput"] {
  const reply = replyReader(token);
  reply.push(Buffer.from(`${token} start 1\n`));
  return async (piece) => {
    for (const each of reply.push(piece)) if ("bytes" in each) await onOutput(each.bytes);
  };
}

/** A far side that gives what it is asked for in pieces of an odd size, and keeps the witness that it is told. */
function farSide(bytes: Buffer, changes: { readonly header?: (lane: number) => string; readonly digest?: string } = {}): Lanes & { readonly told: string[]; readonly asked: number[]; lanes: number; sentBytes: number } {
  const { header = () => "2 7.000000000", digest = digestOf(bytes) } = changes;
  const side = { told: [] as string[], asked: [] as number[], lanes: 0, sentBytes: 0, owner: serve, helper: serve };
  return side;

  async function serve({ input, ...lane }: Lane, stop?: AbortSignal): Promise<void> {
    const onOutput = throughReply(lane.onOutput);
    const number = side.lanes++;
    await onOutput(Buffer.from(`file ${bytes.length} ${header(number)} 644 0\n`));
    if (bytes.length <= blockBytes) {
      await give(bytes, onOutput);
      await onOutput(Buffer.from(`${digest}  -\n`));
    }
    for await (const request of input) {
      stop?.throwIfAborted();
      const line = Buffer.from(request).toString();
      const [offset = 0, length = 0] = line.split(" ", 2).map(Number);
      if (Number.isNaN(offset)) side.told.push(line);
      else if (length > 0) side.asked.push(length / blockBytes);
      // Lanes answer at different speeds.
      for (let wait = 0; wait <= number; wait++) await turn();
      const block = bytes.subarray(offset, offset + length);
      if (line.endsWith(" digest\n")) await onOutput(Buffer.from(`${digestOf(block)}  -\n`));
      else side.sentBytes += block.length;
      if (!line.endsWith(" digest\n")) await give(block, onOutput);
    }
  }
  async function give(part: Buffer, onOutput: Lane["onOutput"]): Promise<void> {
    for (let sent = 0; sent < part.length; sent += 1_000_003) await onOutput(part.subarray(sent, sent + 1_000_003));
    if (part.length > 0) await onOutput(Buffer.from("\n"));
  }
}

function memory(): FetchOptions & { readonly bytes: Buffer; receivedBytes: number } {
  const kept = {
    bytes: Buffer.alloc(0),
    receivedBytes: 0,
    beginFile({ sizeBytes }: ServedFile) {
      kept.bytes = Buffer.alloc(sizeBytes);
      const write = async (block: { readonly offset: number; readonly bytes: Uint8Array }): Promise<void> => {
        await turn();
        kept.bytes.set(block.bytes, block.offset);
      };
      return Promise.resolve({ witness: createWitness(sizeBytes, "full"), write });
    },
    beginFolder({ sizeBytes }: ServedFolder) {
      kept.bytes = Buffer.alloc(0);
      expect(sizeBytes).toBe(6);
      return Promise.resolve((piece: Buffer) => void (kept.bytes = Buffer.concat([kept.bytes, piece])));
    },
    onReceived: (bytes: number) => void (kept.receivedBytes += bytes),
  };
  return kept;
}

afterEach(() => vi.restoreAllMocks());

/** Every look at the clock is a second later. */
function slowWire(): void {
  let milliseconds = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (milliseconds += 1000));
}

describe("a file that is fetched in blocks", () => {
  it.each([0, 1, blockBytes - 1, blockBytes, blockBytes + 1, 3 * blockBytes])("arrives whole: %i bytes", async (sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    const far = farSide(bytes);
    const here = memory();
    const arrival = await fetchBlocks(here, far);
    expect(Buffer.compare(here.bytes, bytes)).toBe(0);
    expect(here.receivedBytes).toBe(sizeBytes);
    expect(arrival?.witness.sha256).toBe(digestOf(bytes));
    expect(far.told).toEqual(sizeBytes > blockBytes ? [`full ${sizeBytes} ${digestOf(bytes)}\n`] : []);
  });

  it.each([1, 4])("arrives whole where all of it could be the beginning of the guard's words: over %i lanes", async (lanes) => {
    if (lanes > 1) slowWire();
    const bytes = Buffer.alloc(12 * blockBytes + 1, token);
    const here = memory();
    const fetching = fetchBlocks(here, farSide(bytes)).then(() => Buffer.compare(here.bytes, bytes));
    expect(await Promise.race([fetching, delay(3_000, "hangs", { ref: false })])).toBe(0);
  });

  it("is asked for some blocks in a row, once a lane is fast", async () => {
    vi.spyOn(performance, "now").mockReturnValue(0);
    const bytes = randomBytes(13 * blockBytes);
    const far = farSide(bytes);
    const here = memory();
    await fetchBlocks(here, far);
    expect(Buffer.compare(here.bytes, bytes)).toBe(0);
    expect(far.asked).toEqual([1, 4, 4, 4]);
  });

  it("arrives whole over four lanes of different speeds, where one would be slow", async () => {
    slowWire();
    const bytes = randomBytes(13 * blockBytes + 12_345);
    const far = farSide(bytes);
    const here = memory();
    await fetchBlocks(here, far);
    expect(far.lanes).toBe(4);
    expect(Buffer.compare(here.bytes, bytes)).toBe(0);
    expect(far.told).toEqual([`full ${bytes.length} ${digestOf(bytes)}\n`]);
  });

  it.each([1, 4])("takes what is here already where its digest is the same there, and fetches what is not: over %i lanes", async (lanes) => {
    if (lanes > 1) slowWire();
    const bytes = randomBytes(12 * blockBytes + 99);
    const far = farSide(bytes);
    const here = memory();
    const before = Buffer.from(bytes);
    for (const torn of [0, 5, 12]) before.fill(0, torn * blockBytes, torn * blockBytes + 10);
    let keptBytes = 0;
    const arrival = await fetchBlocks(
      {
        ...here,
        async beginFile(file) {
          const { write, witness } = await here.beginFile(file);
          here.bytes.set(before);
          // Nothing is known of the block before the last.
          return { write, witness, read: ({ offset, length }) => Promise.resolve(offset === 11 * blockBytes ? undefined : before.subarray(offset, offset + length)) };
        },
        onKept: (size) => (keptBytes += size),
      },
      far,
    );
    expect(Buffer.compare(here.bytes, bytes)).toBe(0);
    expect(arrival?.witness.sha256).toBe(digestOf(bytes));
    expect([far.sentBytes, keptBytes, here.receivedBytes]).toEqual([3 * blockBytes + 99, 9 * blockBytes, 3 * blockBytes + 99]);
  });

  it("is refused where a helper finds another file under the name", async () => {
    slowWire();
    const far = farSide(randomBytes(9 * blockBytes), { header: (lane) => `${lane === 0 ? 2 : 3} 7.000000000` });
    await expect(fetchBlocks(memory(), far)).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  it("does not wait for ever for the blocks of a helper that has failed", async () => {
    slowWire();
    const lost = new TransportError("connection-lost", "gone");
    const helper: Lanes["helper"] = async ({ input }) => {
      // It has been asked for a block by now, which nobody else will bring.
      await input[Symbol.asyncIterator]().next();
      throw lost;
    };
    const { owner } = farSide(randomBytes(24 * blockBytes));
    const fetching = fetchBlocks(memory(), { owner, helper });
    await expect(Promise.race([fetching, delay(3_000, "hangs", { ref: false })])).rejects.toBe(lost);
  });

  it("is refused where it has other bytes than were sent", async () => {
    await expect(fetchBlocks(memory(), farSide(randomBytes(10), { digest: digestOf(Buffer.from("other")) }))).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  it.each([10, 2 * blockBytes])("ends with the error of a disk that cannot take it: %i bytes", async (sizeBytes) => {
    const full = new TransportError("disk-full", "no room");
    const beginFile: FetchOptions["beginFile"] = () => Promise.resolve({ witness: createWitness(sizeBytes, "full"), write: () => Promise.reject(full) });
    await expect(fetchBlocks({ ...memory(), beginFile }, farSide(randomBytes(sizeBytes)))).rejects.toBe(full);
  });

  it("is handed on where it is a folder, and nothing where the reply is unreadable", async () => {
    const says = (line: string): Lanes["owner"] => async ({ onOutput }) => onOutput(Buffer.from(line));
    const helper = (): Promise<void> => Promise.resolve();
    const here = memory();
    expect(await fetchBlocks(here, { owner: says("folder 6 6\nan archive"), helper })).toBeUndefined();
    expect(here.bytes.toString()).toBe("an archive");
    await expect(fetchBlocks(memory(), { owner: says("welcome\n"), helper })).rejects.toMatchObject({ code: "output-unreadable" });
    await expect(fetchBlocks(memory(), { owner: says(`file 0 2 7.000000000 644 0\n${"x".repeat(500)}`), helper })).rejects.toMatchObject({ code: "output-unreadable" });
  });
});
