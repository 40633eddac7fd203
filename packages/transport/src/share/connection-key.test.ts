import { secret } from "@hpckit/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { SshOptions } from "../ssh/ssh-options.js";
import type { SystemSshOptions } from "../system-ssh/system-ssh-options.js";
import { connectionKey } from "./connection-key.js";
import { isSameValue } from "./same-value.js";

const answer = async (): Promise<undefined> => undefined;
const options = (changes: Partial<SshOptions> = {}): SshOptions => ({
  host: "login",
  user: "alice",
  privateKey: { key: secret("a key"), passphrase: secret("its passphrase") },
  jump: [{ host: "gate", user: "alice" }],
  manners: { loginsPerMinute: Infinity },
  answer,
  ...changes,
});
const share = (one: SshOptions, other: SshOptions): boolean => isSameValue(connectionKey("connectSsh", one), connectionKey("connectSsh", other));

describe("a connection", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("is shared by those whose options say the same, whoever listens or waits", () => {
    const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    expect(share(options(), options())).toBe(true);
    expect(share(options(), options({ logger: silent, signal: AbortSignal.abort(), port: undefined }))).toBe(true);
  });

  it("is not shared by those whose options differ in anything", () => {
    const others: readonly Partial<SshOptions>[] = [
      { host: "login2" },
      { user: "bob" },
      { port: 22 },
      { privateKey: { key: secret("another key"), passphrase: secret("its passphrase") } },
      { privateKey: { key: secret("a key"), passphrase: secret("another passphrase") } },
      { privateKey: { key: secret("a key") } },
      { privateKey: { file: "a key", passphrase: secret("its passphrase") } },
      { privateKey: undefined },
      { agent: {} },
      { jump: { host: "gate", user: "alice" } },
      { jump: [] },
      { jump: [{ host: "gate", user: "alice" }, { host: "inner", user: "alice" }] },
      { manners: { loginsPerMinute: 4 } },
      { manners: {} },
      { answer: async () => undefined },
      { answer: undefined },
      { maxChannels: 4 },
    ];
    for (const changes of others) for (const [one, other] of [[options(), options(changes)], [options(changes), options()]] as const) expect([changes, share(one, other)]).toEqual([changes, false]);
  });

  it("is not shared by those who stand in a folder that is gone, and needs none", () => {
    vi.spyOn(process, "cwd").mockImplementation(() => {
      throw new Error("ENOENT: no such file or directory, uv_cwd");
    });
    const key = connectionKey("connectSsh", options());
    expect([isSameValue(key, key), share(options(), options())]).toEqual([true, false]);
  });

  it.each(["getuid", "geteuid"] as const)("is not shared where the program has become another account (%s)", (asked) => {
    const before = connectionKey("connectSsh", options());
    vi.spyOn(process, asked as "getuid").mockReturnValue(54_321);
    expect(isSameValue(before, connectionKey("connectSsh", options()))).toBe(false);
  });

  it("is not shared over both ways, nor where the environment or the folder is another one", () => {
    const plain: SystemSshOptions = { host: "login", user: "alice" };
    expect(isSameValue(connectionKey("connectSsh", plain), connectionKey("connectSystemSsh", plain))).toBe(false);
    const before = connectionKey("connectSsh", plain);
    vi.stubEnv("KRB5CCNAME", "/tmp/tickets-of-bob");
    expect(isSameValue(before, connectionKey("connectSsh", plain))).toBe(false);
    vi.unstubAllEnvs();
    vi.spyOn(process, "cwd").mockReturnValueOnce("/elsewhere");
    expect(isSameValue(before, connectionKey("connectSsh", plain))).toBe(false);
    expect(isSameValue(before, connectionKey("connectSsh", plain))).toBe(true);
  });
});

describe("values", () => {
  it("of bytes are the same by what they hold, and of other classes only if they are the very same", () => {
    const date = new Date(0);
    expect(isSameValue({ bytes: Buffer.from("ab"), date }, { bytes: new Uint8Array([97, 98]), date })).toBe(true);
    for (const [one, other] of [[Buffer.from("ab"), Buffer.from("ac")], [new Date(0), new Date(0)], [secret("a"), "a"], ["a", secret("a")], [[1], { 0: 1, length: 1 }], [{}, null], [null, {}], [{}, []], [NaN, 0]]) {
      expect(isSameValue(one, other)).toBe(false);
    }
  });
});
