import { parseOptions } from "@hpckit/core";
import { expect, it } from "vitest";
import { connectSsh } from "./connect-ssh.js";
import { sshOptionsSchema, type SshOptions } from "./ssh-options.js";

const key = `ssh-ed25519 ${"A".repeat(67)}=`;
const parse = (changes: object): SshOptions => parseOptions(sshOptionsSchema, { host: "login", user: "alice", ...changes }, "options");

it("a host stands by itself, without user and port", () => {
  expect(() => parse({ host: "login:2222" })).toThrow("give the port by itself");
  expect(() => parse({ host: "alice@login" })).toThrow("give user and port by themselves");
  for (const host of ["login.hpc.example.edu", "10.0.0.1", "::1", "fe80::1%eth0"]) expect(parse({ host }).host).toBe(host);
});

it("a configuration is the user's, a file or none, and without one a user is needed", () => {
  for (const config of ["user", { file: "~/cluster" }]) expect(parseOptions(sshOptionsSchema, { host: "login", config }, "options").config).toEqual(config);
  for (const config of ["none", undefined]) expect(() => parse({ config, user: undefined })).toThrow("user: needed, or give config");
  expect(parse({ config: "none" }).config).toBe("none");
  for (const config of ["~/cluster", {}, { file: "-x" }]) expect(() => parse({ config })).toThrow(/^options: config/);
});

it("a host key may be given as a .pub file is read, with the end of its line", () => {
  expect(parse({ hostKeys: [`${key} comment\n`] }).hostKeys).toEqual([`${key} comment`]);
  expect(() => parse({ hostKeys: [`${key}\n${key}`] })).toThrow("a host key is");
});

it("what is no secret is told how to become one, and is not shown", () => {
  const given = (): unknown => parse({ privateKey: { file: "id", passphrase: "canary" } });
  expect(given).toThrow("secret() of @hpckit/core");
  expect(given).not.toThrow("canary");
});

it("who looks for another client's options is told where it is said here", async () => {
  const wrong = { host: "login", user: "alice", password: "x", hostVerifier: () => true };
  await expect(connectSsh(wrong as SshOptions)).rejects.toThrow(/password: unknown option; answer gives it.*hostVerifier: unknown option; host keys are always checked/);
});
