import { describe, expect, it } from "vitest";
import { judgeAbsence, noLook, type Absence, type AbsenceTrack, type EmptyLook } from "./absence.js";

const claimedAt = 1_000_000;
const look = (atSeconds: number, changes: Partial<EmptyLook> = {}, alive = false): EmptyLook => ({
  attempt: { number: 1, state: { kind: "claimed" }, nonce: "n", header: undefined, host: "h", claimedAtSeconds: claimedAt, isOwnerAlive: alive },
  nowMs: atSeconds * 1000,
  thereSeconds: claimedAt + atSeconds,
  queue: "answered",
  accounting: "answered",
  minJobAgeSeconds: 300,
  ...changes,
});

/** @returns what is judged at the last of the looks, and how many there were. */
function judge(looks: readonly EmptyLook[], settleMs = 120_000): Absence["kind"] {
  let track: AbsenceTrack = noLook;
  for (const each of looks) {
    const absence = judgeAbsence(track, each, settleMs);
    if (absence.kind !== "wait") return absence.kind;
    track = absence.track;
  }
  return "wait";
}

describe("whether nothing was queued", () => {
  it.each<[string, readonly EmptyLook[], Absence["kind"]]>([
    ["three answers over the whole time", [look(0), look(60), look(120)], "not-submitted"],
    ["answers that come too soon", [look(0), look(1), look(2), look(3), look(119)], "wait"],
    ["two answers, however late", [look(0), look(5000)], "wait"],
    ["a queue that could not be asked", [look(0, { queue: "failed" }), look(60), look(120), look(179)], "wait"],
    ["accounting that could not be asked", [look(0), look(60), look(120, { accounting: "failed" }), look(600, { accounting: "failed" })], "wait"],
    ["an owner that still runs", [look(0, {}, true), look(200, {}, true), look(400, {}, true), look(600, {}, true)], "wait"],
    ["no accounting, and a controller that remembers the claim", [look(0, { accounting: "absent" }), look(60, { accounting: "absent" }), look(120, { accounting: "absent" })], "not-submitted"],
    ["no accounting, and a claim before the controller's memory", [look(400, { accounting: "absent" }), look(460, { accounting: "absent" }), look(520, { accounting: "absent" })], "undecidable"],
  ])("%s", (_, looks, kind) => {
    expect(judge(looks)).toBe(kind);
  });

  it("is never said of age alone", () => {
    expect(judge([look(10_000_000)])).toBe("wait");
  });
});
