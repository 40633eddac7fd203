import { Duplex } from "node:stream";
import { scriptedTransport } from "@hpckit/core/testing";
import type { Transport } from "@hpckit/core";
import { expect, it } from "vitest";
import { openConnection } from "./open-connection.js";

const address = { host: "rest.example", port: 6820 };
const silent = (): Duplex => new Duplex({ read: () => undefined, write: (_piece, _encoding, done) => done() });
const transportTo = (connect: Transport["connect"]): Transport => ({ ...scriptedTransport(() => ({})), connect });

it("gives up where the other side never begins to encrypt, and leaves no connection", async () => {
  const plain = silent();
  const leaving = new AbortController();
  const opening = openConnection(transportTo(() => Promise.resolve(plain)), address, {}, leaving);
  setTimeout(() => leaving.abort(new Error("enough")), 20);
  await expect(opening).rejects.toThrow("enough");
  expect(plain.destroyed).toBe(true);
});

it("lets the transport give up too", async () => {
  const leaving = new AbortController();
  const given: (AbortSignal | undefined)[] = [];
  await openConnection(transportTo((_, options) => Promise.resolve(silent()).finally(() => given.push(options?.signal))), address, undefined, leaving);
  expect(given).toEqual([leaving.signal]);
});
