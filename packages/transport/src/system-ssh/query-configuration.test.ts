import { expect, it } from "vitest";
import { parseConfiguration } from "./query-configuration.js";

it("the configuration of a host is read as ssh -G prints it", () => {
  const { first, all } = parseConfiguration("host login\nuser alice\nidentityfile ~/.ssh/a b\nidentityfile ~/.ssh/c\ncanonicalizePermittedcnames none\nproxyuser x\n");
  expect(first("user")).toBe("alice");
  expect(all("identityfile")).toEqual(["~/.ssh/a b", "~/.ssh/c"]);
  // As OpenSSH 9.2 spells it.
  expect(first("canonicalizepermittedcnames")).toBe("none");
  // OpenSSH 8.0 does not know the setting.
  expect(first("forkafterauthentication")).toBeUndefined();
  expect(all("forkafterauthentication")).toEqual([]);
});
