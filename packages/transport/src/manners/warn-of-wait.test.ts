import { afterEach, expect, it, vi } from "vitest";
import { warnOfWait } from "./warn-of-wait.js";

afterEach(() => {
  vi.restoreAllMocks();
});

it("says once for each account that a login waits for the budget, and nothing of other waits", () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const waits = (account: string): void => warnOfWait({ kind: "login-waiting", account, for: "rate", waitMs: 59_100, perMinute: 4 });
  warnOfWait({ kind: "login-waiting", account: "alice@login", for: "another-login" });
  warnOfWait({ kind: "reconnect-waiting", waitMs: 100 });
  expect(warn).not.toHaveBeenCalled();
  for (const account of ["alice@login", "alice@login", "bob@login"]) waits(account);
  expect(warn.mock.calls.map(([message]) => String(message).split(", ")[0])).toEqual(["alice@login: this login waits 60 s", "bob@login: this login waits 60 s"]);
});
