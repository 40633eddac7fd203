import { inspect } from "node:util";
import { secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { describeFailure, refusedSignIn, type LoginState } from "./login-failure.js";
import type { KeyAttempt } from "./sign-in/key-attempt.js";
import type { Question } from "./sign-in/questions.js";

const key = (name: string, fault?: string): KeyAttempt => ({ name, fault, offered: Buffer.from(name), begin: () => Promise.reject(new Error("not begun")) });
const asked: Question = { method: "password", name: "", instruction: "", prompts: [{ text: "password: ", echo: false }] };
const state = (changes: Partial<LoginState> = {}): LoginState => ({
  where: "alice@login",
  keys: { attempts: [key("~/.ssh/one"), key("~/.ssh/two-cert.pub", "it expired"), key("~/.ssh/three")], passedOver: [] },
  keysOffered: 2,
  canAsk: false,
  answered: [],
  secrets: [],
  last: { methods: ["publickey"], isPartial: false },
  hasShownKey: true,
  greeting: "",
  ...changes,
});

describe("a sign-in that fails", () => {
  it("names what was offered, what is wrong with it, and the next step", () => {
    expect(refusedSignIn(state())).toBe("the server accepted none of: ~/.ssh/one, then ~/.ssh/two-cert.pub (it expired). Is the public key in the account's authorized_keys?");
    const nothing = { keys: { attempts: [], passedOver: ["~/.ssh/id_rsa: the passphrase is missing or wrong"] }, keysOffered: 0 };
    expect(refusedSignIn(state(nothing))).toBe("no key could be offered. Passed over: ~/.ssh/id_rsa: the passphrase is missing or wrong.");
    expect(refusedSignIn(state({ keys: { attempts: [], passedOver: [] }, keysOffered: 0 }))).toBe("no key could be offered. Give privateKey, or load a key into the agent (ssh-add).");
    expect(refusedSignIn(state({ last: { methods: ["publickey", "keyboard-interactive"], isPartial: false } }))).toContain("It also takes publickey, keyboard-interactive: give an answer function.");
    expect(refusedSignIn(state({ last: { methods: ["publickey", "gssapi-with-mic"], isPartial: false } }))).toContain("Kerberos tickets, which connectSystemSsh can show");
    expect(refusedSignIn(state({ last: { methods: ["keyboard-interactive"], isPartial: true } }))).toBe("the key was accepted, and the server wants keyboard-interactive as well: give an answer function");
    expect(refusedSignIn(state({ last: { methods: ["gssapi-with-mic"], isPartial: true } }))).toContain("connectSystemSsh may have it");
  });

  it("says that a code works once only where one was asked for", () => {
    const after = (changes: Partial<Question>, ...texts: readonly string[]): string => {
      const question: Question = { method: "keyboard-interactive", name: "", instruction: "", prompts: texts.map((text) => ({ text, echo: false })), ...changes };
      return refusedSignIn(state({ answered: [question], canAsk: true }));
    };
    const used = "the server did not accept what was answered (it takes publickey). A one-time code works once: connect again with a new one";
    const wrong = "the server did not accept what was answered (it takes publickey). Nothing is asked twice: connect again with the right answer";
    for (const text of ["Verification code: ", "One-time password (OATH) for `alice': ", "Enter your TOTP:", "Passcode or option (1-3): "]) expect(after({}, text), text).toBe(used);
    expect(after({}, "Password: ", "Code: ")).toBe(used);
    expect(after({ instruction: "Second factor" }, "> ")).toBe(used);
    for (const text of ["Password: ", "(alice@login) Password: ", "Passwort: "]) expect(after({}, text), text).toBe(wrong);
    expect(after({ method: "password" }, "alice@decoder's password: ")).toBe(wrong);
  });

  it("is no loss where the two share no algorithm: trying again would not help", () => {
    const error = Object.assign(new Error("Handshake failed: no matching key exchange algorithm"), { level: "handshake" });
    expect(describeFailure(state({ hasShownKey: false }), error)).toMatchObject({ code: "not-supported", retryable: false });
  });

  it("shows nothing of what was answered, though the server says it back", () => {
    const error = describeFailure(state({ answered: [asked], secrets: [secret("canary-123")] }), new Error("bad code canary-123"));
    expect(error.message).toContain("bad code [secret]");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  });
});
