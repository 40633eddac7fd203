import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfiguration } from "../../system-ssh/query-configuration.js";
import { expandTokens } from "./expand-tokens.js";
import { parseJumps } from "./parse-jumps.js";
import { refusedSettings } from "./refused-settings.js";

describe("what ssh's configuration says", () => {
  it("has tokens and variables expanded, and an unknown one is no guess", () => {
    const expand = (text: string): string => expandTokens(text, { "%": "%", h: "login.example", r: "alice" }, { KEYS: "/keys" });
    expect(expand("~/.ssh/%r@%h")).toBe(join(homedir(), ".ssh/alice@login.example"));
    expect(expand("${KEYS}/100%%/a b")).toBe("/keys/100%/a b");
    expect(expand("/plain$x")).toBe("/plain$x");
    for (const text of ["/%z", "/${NOTHING}", "/end%"]) expect(() => expand(text)).toThrow("nothing is known");
  });

  it("names jump hosts in every form", () => {
    expect(parseJumps(undefined)).toEqual([]);
    expect(parseJumps("none")).toEqual([]);
    expect(parseJumps("gate")).toEqual([{ host: "gate" }]);
    expect(parseJumps("bob@corp@gate:2222,ssh://carol@inner:22,[::1]:23,dave@[fe80::1]")).toEqual([
      { host: "gate", user: "bob@corp", port: 2222 },
      { host: "inner", user: "carol", port: 22 },
      { host: "::1", port: 23 },
      { host: "fe80::1", user: "dave" },
    ]);
    for (const text of ["", "a b:c", "host:port", "a,,b"]) expect(() => parseJumps(text), text).toThrow("not a host");
  });

  it("is refused where this transport cannot do it, and nowhere else", () => {
    const refused = (lines: string, has: Partial<Parameters<typeof refusedSettings>[1]> = {}): string =>
      refusedSettings(parseConfiguration(lines), { jump: false, knownHosts: false, identity: false, ...has }).join();
    expect(refused("proxycommand nc %h %p")).toContain("ProxyCommand");
    expect(refused("proxycommand nc %h %p", { jump: true })).toBe("");
    expect(refused("pkcs11provider /lib.so")).toContain("PKCS11Provider");
    expect(refused("pkcs11provider /lib.so", { identity: true })).toBe("");
    expect(refused("revokedhostkeys /etc/revoked\nknownhostscommand /bin/known")).toBe("RevokedHostKeys,KnownHostsCommand");
    expect(refused("revokedhostkeys /etc/revoked", { knownHosts: true })).toBe("");
    expect(refused("bindinterface eth0")).toContain("BindInterface");
    expect(refused("preferredauthentications gssapi-with-mic,hostbased\ngssapiauthentication yes")).toContain("PreferredAuthentications");
    expect(refused("pubkeyauthentication false\nkbdinteractiveauthentication no\npasswordauthentication no\ngssapiauthentication yes")).toContain("PubkeyAuthentication");
    expect(refused("proxycommand none\npkcs11provider none\nrevokedhostkeys none\ngssapiauthentication yes\npubkeyauthentication true\npreferredauthentications gssapi-with-mic,publickey")).toBe("");
  });
});
