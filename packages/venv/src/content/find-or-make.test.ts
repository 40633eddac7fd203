import { setTimeout as delay } from "node:timers/promises";
import { AbortedError, type Transport } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { findOrMake } from "./find-or-make.js";

const at = (host: string, kind: "local" | "ssh" = "ssh"): Transport => ({ ...scriptedTransport(() => ({})), target: { host, user: "alice", kind } });

/** Things that are there once they were made; counts how many are made at a time. */
function ground() {
  const there = new Set<string>();
  const seen = { made: 0, atOnce: 0, most: 0 };
  const ask = (on: Transport, name: string, { signal, fails = false }: { readonly signal?: AbortSignal; readonly fails?: boolean } = {}): Promise<string> =>
    findOrMake<string, undefined>(on, {
      signal,
      find: async () => {
        await delay(1);
        return there.has(name) ? { kind: "there", value: "found" } : { kind: "absent", absent: undefined };
      },
      make: async () => {
        seen.made++;
        seen.most = Math.max(seen.most, ++seen.atOnce);
        await delay(20);
        seen.atOnce--;
        if (fails) throw new Error("it failed");
        there.add(name);
        return "made";
      },
    });
  return { seen, ask };
}

describe("findOrMake", () => {
  it("makes one thing at a time on a host, for transports that may share a connection, and the same thing once", async () => {
    const { seen, ask } = ground();
    const all = await Promise.all(["a", "a", "b", "a", "b", "c"].map((name) => ask(at("login"), name)));
    expect(all.filter((each) => each === "made")).toHaveLength(3);
    expect(seen).toEqual({ made: 3, atOnce: 0, most: 1 });
  });

  it("makes at once what is made on different hosts, and on this machine, where nothing is short", async () => {
    const { seen, ask } = ground();
    await Promise.all([ask(at("one"), "a"), ask(at("two"), "b"), ask(at("here", "local"), "c"), ask(at("here", "local"), "d")]);
    expect(seen.most).toBe(4);
  });

  it("goes on after one that failed, and lets go who is aborted while it waits", async () => {
    const { seen, ask } = ground();
    const aborting = new AbortController();
    const [failed, next, aborted] = [ask(at("login"), "a", { fails: true }), ask(at("login"), "b"), ask(at("login"), "c", { signal: aborting.signal })];
    const gone = expect(aborted).rejects.toThrow(AbortedError);
    await delay(10);
    aborting.abort();
    await gone;
    await expect(failed).rejects.toThrow("it failed");
    expect(await next).toBe("made");
    expect(seen.made).toBe(2);
  });
});
