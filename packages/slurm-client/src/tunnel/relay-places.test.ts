import type { Transport } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { expect, it } from "vitest";
import { takeRelayPlace } from "./relay-places.js";

const overSsh = (): Transport => ({ ...scriptedTransport(() => ({})), target: { host: "login", user: "alice", kind: "ssh" } });

it("two relays run over a connection, others in turn, and who gives up waiting takes no place", async () => {
  const transport = overSsh();
  const [first, second] = await Promise.all([takeRelayPlace(transport, {}), takeRelayPlace(transport, {})]);
  const order: string[] = [];
  const leaving = new AbortController();
  const left = takeRelayPlace(transport, { signal: leaving.signal }).catch((error: unknown) => void order.push(String(error)));
  const third = takeRelayPlace(transport, {}).then((release) => {
    order.push("third");
    return release;
  });
  leaving.abort("left");
  await left;
  expect(order).toEqual(["left"]);
  first();
  first();
  (await third)();
  second();
  await takeRelayPlace(transport, {});
  await takeRelayPlace(transport, {});
  expect(order).toEqual(["left", "third"]);
  await expect(takeRelayPlace(transport, { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
});

it("this machine has no such limit", async () => {
  const transport = scriptedTransport(() => ({}));
  for (let count = 0; count < 5; count++) await takeRelayPlace(transport, {});
});
