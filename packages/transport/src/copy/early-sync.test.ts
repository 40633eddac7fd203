import { expect, it } from "vitest";
import { earlySync } from "./early-sync.js";

const much = 64 * 1024 * 1024;

it("syncs one time after the other, and only where much has been written", async () => {
  let calls = 0;
  const ends: (() => void)[] = [];
  const sync = earlySync({ datasync: () => new Promise<void>((resolve) => (calls++, ends.push(resolve))) });
  sync.wrote(much - 1);
  expect(calls).toBe(0);
  sync.wrote(1);
  sync.wrote(much);
  expect(calls).toBe(1);
  ends[0]?.();
  await sync.ended();
  sync.wrote(0);
  expect(calls).toBe(2);
});

it("tells at the end what the disk said in between", async () => {
  const error = new Error("EIO");
  const sync = earlySync({ datasync: () => Promise.reject(error) });
  sync.wrote(much);
  await expect(sync.ended()).rejects.toBe(error);
});
