import { expect, it } from "vitest";
import { parseConfiguration } from "./query-configuration.js";

it("the configuration of a host is read as ssh -G prints it", () => {
  expect(parseConfiguration("host login\nuser alice\nhostname login.example\nport 22\nforkafterauthentication yes\n")).toEqual({ user: "alice", forks: true });
  // OpenSSH 8.0 does not know the setting.
  expect(parseConfiguration("user bob\nproxyuser x\n")).toEqual({ user: "bob", forks: false });
});
