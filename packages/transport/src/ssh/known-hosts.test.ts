import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { entriesOf, judgeHostKey, knownName, parseKnownHosts } from "./known-hosts.js";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIA==";
const other = "AAAAC3NzaC1lZDI1NTE5AAAAIB==";
const judge = (text: string, host = "login.example", port = 22): string => judgeHostKey(entriesOf(parseKnownHosts(text), knownName(host, port)), key);
const hashed = (name: string): string => {
  const salt = Buffer.from("twenty bytes of salt");
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
};

describe("known_hosts", () => {
  it("knows a key by name, by one name of several, by address, in any case", () => {
    expect(judge(`login.example ssh-ed25519 ${key} a comment`)).toBe("known");
    expect(judge(`other,login.example,10.0.0.1\tssh-ed25519\t${key}\n`)).toBe("known");
    expect(judge(`LOGIN.example ssh-ed25519 ${key}`, "login.EXAMPLE")).toBe("known");
    expect(judge(`::1 ssh-ed25519 ${key}`, "::1")).toBe("known");
  });

  it("tells unknown, changed and revoked apart", () => {
    expect(judge("")).toBe("unknown");
    expect(judge(`other ssh-ed25519 ${key}`)).toBe("unknown");
    expect(judge(`login.example ssh-ed25519 ${other}`)).toBe("changed");
    expect(judge(`login.example ssh-ed25519 ${other}\nlogin.example ssh-ed25519 ${key}`)).toBe("known");
    expect(judge(`login.example ssh-ed25519 ${key}\n@revoked * ssh-ed25519 ${key}`)).toBe("revoked");
    expect(judge(`@revoked other ssh-ed25519 ${key}\nlogin.example ssh-ed25519 ${key}`)).toBe("known");
    expect(judge(`@revoked login.example ssh-ed25519 ${other}`)).toBe("unknown");
  });

  it("takes no authority for a host's own key", () => {
    expect(judge(`@cert-authority *.example ssh-ed25519 ${key}`)).toBe("unknown");
  });

  it("wants a port other than 22 to be named, and takes none for granted", () => {
    expect(knownName("login.example", 2222)).toBe("[login.example]:2222");
    expect(judge(`[login.example]:2222 ssh-ed25519 ${key}`, "login.example", 2222)).toBe("known");
    expect(judge(`login.example ssh-ed25519 ${key}`, "login.example", 2222)).toBe("unknown");
    expect(judge(`[login.example]:2222 ssh-ed25519 ${key}`)).toBe("unknown");
  });

  it("finds hashed names", () => {
    expect(judge(`${hashed("login.example")} ssh-ed25519 ${key}`)).toBe("known");
    expect(judge(`${hashed("[login.example]:2222")} ssh-ed25519 ${key}`, "login.example", 2222)).toBe("known");
    expect(judge(`${hashed("other")} ssh-ed25519 ${key}`)).toBe("unknown");
    expect(judge(`|1|c2FsdA==|bm9uc2Vuc2U= ssh-ed25519 ${key}`)).toBe("unknown");
    expect(judge(`|2|c2FsdA==|bm9uc2Vuc2U= ssh-ed25519 ${key}`)).toBe("unknown");
  });

  it("reads patterns, and lets an exception win", () => {
    expect(judge(`*.example ssh-ed25519 ${key}`)).toBe("known");
    expect(judge(`login?example ssh-ed25519 ${key}`)).toBe("known");
    expect(judge(`*.example,!login.example ssh-ed25519 ${key}`)).toBe("unknown");
    expect(judge(`!login.example,*.example ssh-ed25519 ${key}`)).toBe("unknown");
    expect(judge(`loginXexample ssh-ed25519 ${key}`)).toBe("unknown");
    expect(judge(`login.exampl[e] ssh-ed25519 ${key}`)).toBe("unknown");
  });

  it("passes over what it cannot read", () => {
    for (const line of ["# login.example ssh-ed25519", "login.example", "login.example ssh-ed25519", `login.example ssh-ed25519 !!!`, `@unknown login.example ssh-ed25519 ${key}`, "\0"]) {
      expect(judge(line)).toBe("unknown");
    }
  });
});
