import { secret, TransportError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { audience } from "./audience.js";
import { observe, type Observation } from "./observation.js";
import type { CallSpan, CallTracer, SpanAttributes } from "./tracer.js";
import type { TransportEvent } from "./transport-event.js";
import type { MadeConnection } from "./watch-connection.js";

const unknown = { host: "login", user: "", kind: "ssh" } as const;

function transport(): { readonly observation: Observation; readonly told: string[] } {
  const told: string[] = [];
  const take = (event: TransportEvent): void => {
    const by = "error" in event && event.error !== undefined ? `: ${event.error.message}` : "";
    told.push(`${event.kind}${"attempt" in event ? ` ${event.attempt}` : ""}${"shared" in event && event.shared === true ? ", shared" : ""}${by}`);
  };
  return { observation: observe(unknown, { logger: { debug: take, info: take, warn: take, error: take } }), told };
}

function connection(): MadeConnection & { readonly lose: () => void } {
  const lost = new AbortController();
  return { lost: lost.signal, lose: () => lost.abort(new TransportError("connection-lost", "lost")) };
}

/** Two transports that share a connection. */
async function two() {
  const all = audience(unknown);
  const [one, other] = [transport(), transport()];
  const members = [all.join(one.observation), all.join(other.observation)] as const;
  const first = connection();
  for (const each of members) await each.watchFirst(async (made) => made(first));
  for (const { told } of [one, other]) told.splice(0);
  return { all, first, one, other, members };
}

describe("transports that share a connection", () => {
  it("tell a loss and a new login, the first of them as its own", async () => {
    const { all, first, one, other } = await two();
    first.lose();
    all.emit("login-suspended", () => ({ failures: 5, forMs: 1 }));
    let made = 0;
    const again = connection();
    expect(await all.watchAgain(async () => (made++, again))).toBe(again);
    again.lose();
    expect(made).toBe(1);
    const expected = ["connection-lost 1", "login-suspended", "connection-opening 2", "connection-opened 2", "connection-lost 2"];
    expect(one.told).toEqual(expected.map((each) => (each.startsWith("connection-lost") ? `${each}: lost` : each)));
    expect(other.told).toEqual(expected.map((each) => (each.startsWith("connection-lost") ? `${each}, shared: lost` : `${each}, shared`)));
  });

  it("tell nothing more once they have left, and the next one tells it as its own", async () => {
    const { all, first, one, other, members } = await two();
    await one.observation.close(async () => members[0].leave());
    first.lose();
    expect([one.told, other.told]).toEqual([["connection-closed 1, shared"], ["connection-lost 1: lost"]]);
    await all.watchAgain(async () => connection());
    await other.observation.close(async () => members[1].leave());
    expect([one.told.length, other.told.at(-1)]).toEqual([1, "connection-closed 2"]);
  });

  it("tell of an attempt that it is over when they leave in the middle of it, and it goes on for the others", async () => {
    const { all, first, one, other, members } = await two();
    first.lose();
    let finish: (made: MadeConnection) => void = () => undefined;
    const again = connection();
    const connecting = all.watchAgain(() => new Promise<MadeConnection>((resolve) => (finish = resolve)));
    await one.observation.close(async () => members[0].leave());
    await new Promise(setImmediate);
    expect(one.told.slice(1)).toEqual(["connection-opening 2", "connection-refused 2, shared: this transport has been closed"]);
    finish(again);
    expect(await connecting).toBe(again);
    expect(other.told.slice(1)).toEqual(["connection-opening 2, shared", "connection-opened 2"]);
  });

  it("tell their own coming alone, while a lost connection is made again", async () => {
    const { all, first, one } = await two();
    first.lose();
    const late = transport();
    const member = all.join(late.observation);
    const again = connection();
    const coming = member.watchFirst(async (made) => made(await all.watchAgain(async () => again)));
    await coming;
    expect(late.told).toEqual(["connection-opening 1, shared", "connection-opened 1, shared"]);
    expect(one.told.slice(1)).toEqual(["connection-opening 2", "connection-opened 2"]);
  });

  it("have spans of their own, which say that the connection is shared", async () => {
    const all = audience(unknown);
    const attributes: SpanAttributes[] = [];
    const span: CallSpan = { setAttributes: (more) => attributes.push(more), setStatus: () => undefined, recordException: () => undefined, end: () => undefined };
    const tracer: CallTracer = { startActiveSpan: (_name, _options, run) => run(span) };
    for (let times = 0; times < 2; times++) await all.join(observe(unknown, { tracer })).watchFirst(async (made) => made(connection()));
    expect(attributes).toEqual([{}, { "hpckit.connection.shared": true }]);
  });

  it("all know where it leads and what must not be seen, also those who come later", async () => {
    const { all, one, other } = await two();
    all.target = { ...unknown, user: "alice" };
    all.keepSecret(secret("s3cret-code"));
    const late = transport();
    all.join(late.observation);
    for (const { observation, told } of [one, other, late]) {
      expect(observation.target.user).toBe("alice");
      observation.emit("login-ended", () => ({ account: "alice@login", inLastMinute: 1, error: { name: "Error", code: undefined, message: "with s3cret-code" } }));
      expect(told.at(-1)).toBe("login-ended: with [secret]");
    }
  });

  it("are all heard only if each of them is", () => {
    const all = audience(unknown);
    all.join(transport().observation);
    expect(all.hears("login")).toBe(true);
    all.join(observe(unknown));
    expect(all.hears("login")).toBe(false);
  });
});
