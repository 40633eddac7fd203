import { describe, expect, it } from "vitest";
import type { AttemptState, ClaimAttempt, FoundClaims } from "./claim-record.js";
import { decideClaims } from "./decide-claims.js";

const attempt = (number: number, state: AttemptState, spec = "same"): ClaimAttempt => ({
  number,
  state,
  nonce: `n${number}`,
  header: state.kind === "unfinished" ? undefined : { key: "k", spec, places: { workFolder: "/w", output: "/w/o" } },
  host: "login1",
  claimedAtSeconds: 1000 * number,
  isOwnerAlive: false,
});
const accepted = (id: string): AttemptState => ({ kind: "answered", answer: { kind: "accepted", id } });
const refused: AttemptState = { kind: "answered", answer: { kind: "refused", problem: "qos", exitCode: 1, printed: "" } };
const unclear: AttemptState = { kind: "answered", answer: { kind: "unclear", exitCode: 1, printed: "" } };
const settled = (id?: string): AttemptState => ({ kind: "settled", id });

const found = (states: readonly (AttemptState | ClaimAttempt)[], fence?: string): FoundClaims => ({
  attempts: states.map((state, index) => ("number" in state ? state : attempt(index + 1, state))),
  fence: fence === undefined ? undefined : { id: fence, restarts: 0 },
});

describe("what is found of a key, and what is done", () => {
  it.each<[string, FoundClaims, object]>([
    ["nothing", found([]), { kind: "free", attempt: 1 }],
    ["a claim that is not whole", found([{ kind: "unfinished" }]), { kind: "open" }],
    ["a claim without an answer", found([{ kind: "claimed" }]), { kind: "open" }],
    ["an answer that cannot be read", found([unclear]), { kind: "open" }],
    ["an id", found([accepted("12")]), { kind: "job", id: "12", submittedAtSeconds: 1000 }],
    ["a refusal", found([refused]), { kind: "free", attempt: 2 }],
    ["a refusal, then a claim", found([refused, { kind: "claimed" }]), { kind: "open" }],
    ["a refusal, then an id", found([refused, accepted("12")]), { kind: "job", id: "12" }],
    ["no answer, and a job found later", found([{ kind: "claimed" }, settled("12")]), { kind: "job", id: "12", submittedAtSeconds: 1000 }],
    ["no answer, and a person who says that there is none", found([{ kind: "claimed" }, settled()]), { kind: "free", attempt: 3 }],
    ["no answer, then another attempt under way", found([{ kind: "claimed" }, { kind: "claimed" }]), { kind: "open" }],
    ["a late answer to an attempt that was given up, while the next is under way", found([accepted("12"), { kind: "claimed" }]), { kind: "open" }],
    ["a fence without a record", found([], "12"), { kind: "job", id: "12", submittedAtSeconds: 0 }],
    ["a fence of a job whose answer was lost", found([{ kind: "claimed" }], "12"), { kind: "job", id: "12", submittedAtSeconds: 1000 }],
    ["a fence of the earlier of two jobs", found([accepted("12"), accepted("13")], "12"), { kind: "job", id: "12", attempt: { number: 1 } }],
    ["a fence of the later of two jobs", found([accepted("12"), accepted("13")], "13"), { kind: "job", id: "13", attempt: { number: 2 } }],
    ["a fence, and a person who was wrong", found([{ kind: "claimed" }, settled()], "12"), { kind: "job", id: "12" }],
    ["another spec with a job", found([attempt(1, accepted("12"), "other")]), { kind: "conflict" }],
    ["another spec under way", found([attempt(1, { kind: "claimed" }, "other")]), { kind: "conflict" }],
    ["another spec that has started", found([attempt(1, { kind: "claimed" }, "other")], "12"), { kind: "conflict" }],
    ["another spec that was refused", found([attempt(1, refused, "other")]), { kind: "free", attempt: 2 }],
  ])("%s", (_, claims, decision) => {
    expect(decideClaims(claims, "same")).toMatchObject(decision);
  });

  it("takes any spec where only the job is asked for", () => {
    expect(decideClaims(found([attempt(1, accepted("12"), "other")]), undefined)).toMatchObject({ kind: "job", id: "12" });
  });
});
