import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replyReader, type ReplyPiece } from "./reply.js";

const token = "0123456789abcdef0123456789abcdef";

/** Feeds a text in pieces cut at the given places. */
function feed(bytes: Buffer, cuts: readonly number[]): { readonly content: Buffer; readonly reply: ReturnType<typeof replyReader> } {
  const reply = replyReader(token);
  const content: Buffer[] = [];
  let start = 0;
  for (const cut of [...cuts.map((each) => each % (bytes.length + 1)).sort((one, two) => one - two), bytes.length]) {
    for (const piece of reply.push(bytes.subarray(start, cut))) {
      if ("bytes" in piece) content.push(piece.bytes);
    }
    start = cut;
  }
  return { content: Buffer.concat(content), reply };
}

/** Bytes that look like the guard's words now and then. */
const bytes = fc
  .array(fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constantFrom("\n", " ", token, token.slice(0, 9), `${token.slice(0, 31)} end 0\n`, "end 0\n").map((text) => Buffer.from(text))), { maxLength: 12 })
  .map((pieces) => Buffer.concat(pieces))
  .filter((joined) => !joined.includes(`${token} `));
const cuts = fc.array(fc.nat(), { maxLength: 8 });

describe("the guard's reply", () => {
  it("gives exactly the command's bytes, wherever the pieces are cut and whatever surrounds them", () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, cuts, (noise, content, after, places) => {
        const whole = Buffer.concat([noise, Buffer.from(`${token} start 4711\n`), content, Buffer.from(`${token} end 265\n`), after]);
        const { content: found, reply } = feed(whole, places);
        expect(found.equals(content)).toBe(true);
        expect(reply).toMatchObject({ group: 4711, end: "265", refused: undefined });
        expect(reply.noise.equals(noise)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("never sees an end in a reply that was cut", () => {
    const whole = Buffer.from(`noise${token} start 1\ncontent${token} end 0\n`);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), cuts, (length, places) => {
        expect(feed(whole.subarray(0, length), places).reply.end).toBeUndefined();
      }),
    );
  });

  it("says where the commands of a batch end, wherever the pieces are cut", () => {
    fc.assert(
      fc.property(bytes, bytes, cuts, (one, other, places) => {
        const whole = Buffer.concat([Buffer.from(`${token} start 1\n`), one, Buffer.from(`${token} next 0\n`), other, Buffer.from(`${token} next 265\n${token} end 0\n`)]);
        const reply = replyReader(token);
        const seen: (Buffer | string)[] = [];
        let start = 0;
        for (const cut of [...places.map((each) => each % whole.length).sort((a, b) => a - b), whole.length]) {
          for (const piece of reply.push(whole.subarray(start, cut))) seen.push("bytes" in piece ? piece.bytes : piece.next);
          start = cut;
        }
        const first = seen.indexOf("0");
        const sections = [seen.slice(0, first), seen.slice(first + 1, -1)].map((section) => Buffer.concat(section.map((piece) => Buffer.from(piece))));
        expect(sections.map((section) => section.toString("hex"))).toEqual([one.toString("hex"), other.toString("hex")]);
        expect([seen.at(-1), reply.end]).toEqual(["265", "0"]);
      }),
    );
  });

  it("gives up what it keeps back where nothing follows, once, and says where that was its own word", () => {
    const begun = (): ReturnType<typeof replyReader> => {
      const reply = replyReader(token);
      reply.push(Buffer.from(`${token} start 1\n`));
      return reply;
    };
    const textOf = (pieces: readonly ReplyPiece[]): string => pieces.map((piece) => ("bytes" in piece ? piece.bytes.toString() : "")).join("");
    for (let length = 1; length <= token.length; length++) {
      const part = token.slice(0, length);
      const reply = begun();
      expect([textOf(reply.push(Buffer.from(`a${part}`))), reply.isHolding()]).toEqual(["a", true]);
      expect([textOf(reply.release()), reply.isHolding(), textOf(reply.release())]).toEqual([part, false, ""]);
      expect(textOf(reply.push(Buffer.from(`\n${token}`))) + textOf(reply.push(Buffer.from(" end 0\n")))).toBe("\n");
      expect(reply).toMatchObject({ end: "0", isTorn: false });
      const torn = begun();
      torn.push(Buffer.from(`a${part}`));
      torn.release();
      expect(textOf(torn.push(Buffer.from(`${token} end 0\n`.slice(length))))).toBe("");
      expect(torn).toMatchObject({ end: "0", isTorn: true });
    }
    // A whole mark is the guard's, however late its line ends.
    const reply = begun();
    expect([textOf(reply.push(Buffer.from(`a${token} en`))), reply.isHolding(), reply.release()]).toEqual(["a", false, []]);
    expect([replyReader(token).isHolding(), reply.push(Buffer.from("d 0\n")), reply.isTorn]).toEqual([false, [], false]);
  });

  it("says why a command was not started", () => {
    expect(feed(Buffer.from(`${token} refused cwd\n${token} end 1\n`), []).reply).toMatchObject({ refused: "cwd", group: undefined, end: "1" });
  });

  it("keeps the end of long noise", () => {
    const { reply } = feed(Buffer.from(`${"x".repeat(100_000)}last words`), []);
    expect(reply.noise.length).toBeLessThan(20_000);
    expect(reply.noise.toString()).toMatch(/last words$/);
  });
});
