import { expect, it } from "vitest";
import { blockPool } from "./block-pool.js";
import { blockBytes } from "./blocks.js";

it("uses the memory of whole blocks again, and that of smaller ones never", () => {
  const pool = blockPool();
  const [first, small] = [pool.take(blockBytes), pool.take(5)];
  pool.give(small);
  pool.give(first);
  const again = pool.take(7);
  expect(again.buffer).toBe(first.buffer);
  expect(again.length).toBe(7);
  const other = pool.take(blockBytes);
  expect([first.buffer, small.buffer]).not.toContain(other.buffer);
  pool.give(again);
  expect(pool.take(blockBytes).buffer).toBe(first.buffer);
});
