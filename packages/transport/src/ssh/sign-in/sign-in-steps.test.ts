import { describe, expect, it } from "vitest";
import { signInMethods } from "../config/sign-in-methods.js";
import { signInSteps, type AttemptRefused, type SignInMeans, type SignInStep } from "./sign-in-steps.js";

const means = (changes: Partial<SignInMeans> = {}): SignInMeans => ({ keyCount: 2, methods: new Set(signInMethods), canAsk: true, hasAsked: () => true, ...changes });
const refused = (...methods: string[]): AttemptRefused => ({ methods, isPartial: false });
const accepted = (...methods: string[]): AttemptRefused => ({ methods, isPartial: true });
const walk = (changes: Partial<SignInMeans>, ...said: AttemptRefused[]): readonly (string | undefined)[] => {
  const steps = signInSteps(means(changes));
  const named = (step: SignInStep | undefined): string | undefined => (step?.kind === "key" ? `key ${step.index}` : step?.kind === "ask" ? step.method : step?.kind);
  return [undefined, ...said].map((each) => named(steps.next(each)));
};
const all = ["publickey", "keyboard-interactive", "password"];

describe("the steps of a sign-in", () => {
  it("are the keys in order, then one question", () => {
    expect(walk({}, refused(...all), refused(...all), refused(...all))).toEqual(["key 0", "key 1", "keyboard-interactive", undefined]);
    expect(walk({ keyCount: 0 }, refused(...all))).toEqual(["keyboard-interactive", undefined]);
  });

  it("go on to what the server wants as well", () => {
    expect(walk({}, accepted("keyboard-interactive"), accepted("password"))).toEqual(["key 0", "keyboard-interactive", "password"]);
    expect(walk({}, accepted("keyboard-interactive"), refused("keyboard-interactive"))).toEqual(["key 0", "keyboard-interactive", undefined]);
    // Two keys of one account.
    expect(walk({}, accepted("publickey"), refused("publickey"))).toEqual(["key 0", "key 1", undefined]);
  });

  it("ask for a password only where nothing has been asked before", () => {
    expect(walk({ keyCount: 0, hasAsked: () => false }, refused(...all), refused(...all))).toEqual(["keyboard-interactive", "password", undefined]);
    expect(walk({ keyCount: 0 }, refused("password"))).toEqual(["keyboard-interactive", undefined]);
  });

  it("leave out what the server does not take, the configuration switches off, or nobody can answer", () => {
    expect(walk({}, refused("keyboard-interactive"))).toEqual(["key 0", "keyboard-interactive"]);
    expect(walk({}, refused("gssapi-with-mic"))).toEqual(["key 0", undefined]);
    expect(walk({ methods: new Set(["password"]) })).toEqual(["password"]);
    expect(walk({ canAsk: false }, refused(...all), refused(...all))).toEqual(["key 0", "key 1", undefined]);
    expect(walk({ canAsk: false, keyCount: 0 }, refused(...all))).toEqual(["none", undefined]);
  });
});
