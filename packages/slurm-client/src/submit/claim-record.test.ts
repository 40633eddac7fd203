import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseClaim, parseFence, renderHeader, type AttemptState } from "./claim-record.js";

const nonce = "0123456789abcdef01234567";
const header = { key: 'daily "é" 1', spec: "abc", places: { name: "a b", workFolder: "/w", output: "/w/%A_%a.out", tasks: "0-3,7", secretsFile: "/s/1" } };
const claimed = `${renderHeader(header)}\nhost login1 4711 1795179600\nclaimed ${nonce}\n`;
const replied = (exitCode: number, printed: string): string => `${claimed}reply ${nonce} ${exitCode}\n${printed}\nend ${nonce}\n`;
const stateOf = (text: string): AttemptState => parseClaim(1, text).state;

describe("a claim", () => {
  it("says who made it, when, and where the job's files are", () => {
    expect(parseClaim(2, claimed, true)).toEqual({ number: 2, nonce, header, host: "login1", claimedAtSeconds: 1_795_179_600, isOwnerAlive: true, state: { kind: "claimed" } });
  });

  it("of a key, or in folders, of any characters is read as it was written", () => {
    for (const odd of ["a\u2028spec x\u2028b", "\u2029host h 1 2", '\\" \ud800 \u{1F600}', "key k", "it's $HOME `x` %j"]) {
      const own = { key: odd, spec: "abc", places: { workFolder: `/w/${odd}`, output: `/w/${odd}/o` } };
      expect(parseClaim(1, `${renderHeader(own)}\nhost login1 4711 1795179600\nclaimed ${nonce}\n`)).toMatchObject({ header: own, host: "login1", nonce, state: { kind: "claimed" } });
    }
  });

  it.each<[string, string, AttemptState]>([
    ["nothing", "", { kind: "unfinished" }],
    ["a header alone", renderHeader(header), { kind: "unfinished" }],
    ["no answer yet", claimed, { kind: "claimed" }],
    ["an id", replied(0, "12"), { kind: "answered", answer: { kind: "accepted", id: "12" } }],
    ["an id in what a wrapper prints", replied(0, "Hello\n\n12;c\nreply to us"), { kind: "answered", answer: { kind: "accepted", id: "12" } }],
    ["a refusal", replied(1, "sbatch: error: Invalid qos specification"), { kind: "answered", answer: { kind: "refused", problem: "qos", exitCode: 1, printed: "sbatch: error: Invalid qos specification" } }],
    ["nothing printed", replied(143, ""), { kind: "answered", answer: { kind: "unclear", exitCode: 143, printed: "" } }],
    ["a job that was found later", `${claimed}settled ${nonce} 13\n`, { kind: "settled", id: "13" }],
    ["that there is none", `${claimed}settled ${nonce} none\n`, { kind: "settled", id: undefined }],
    ["words of another attempt", `${claimed}settled 99 13\nreply 99 0\n14\nend 99\n`, { kind: "claimed" }],
  ])("with %s", (_, text, state) => {
    expect(stateOf(text)).toEqual(state);
  });

  it("that was cut anywhere says what it said whole, or less, and never another id", () => {
    for (const text of [replied(0, "1234"), replied(1, "sbatch: error: Invalid qos specification"), `${claimed}settled ${nonce} 1234\n`]) {
      const whole = stateOf(text);
      for (let length = 0; length < text.length; length++) {
        const cut = stateOf(text.slice(0, length));
        expect(["unfinished", "claimed"], `cut at ${length}`).toContain(cut.kind);
      }
      expect(["answered", "settled"]).toContain(whole.kind);
    }
  });

  it("with bytes flipped gives no other id", () => {
    const text = replied(0, "1234");
    // The nonce has these digits, too.
    const end = text.indexOf("\n1234\n") + 1;
    fc.assert(
      fc.property(fc.nat(text.length - 1).filter((at) => at < end || at >= end + 4), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        const state = stateOf(text.slice(0, at) + character + text.slice(at + 1));
        if (state.kind === "answered" && state.answer.kind === "accepted") expect(state.answer.id).toBe("1234");
      }),
    );
  });
});

describe("a fence", () => {
  it.each([
    ["job 12 0 c1\n", { id: "12", restarts: 0 }],
    ["job 12 3 node\n", { id: "12", restarts: 3 }],
    ["job 12 0 c1\nended\n", { id: "12", restarts: 0 }],
    ["job 12 0 c", undefined],
    ["job 12", undefined],
    ["", undefined],
  ])("of %j", (text, fence) => {
    expect(parseFence(text)).toEqual(fence);
  });
});
