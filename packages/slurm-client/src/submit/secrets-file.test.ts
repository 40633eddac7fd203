import { setImmediate } from "node:timers/promises";
import { scriptedTransport } from "@hpckit/core/testing";
import { expect, it } from "vitest";
import { removeUnused } from "./secrets-file.js";

it("removes what is not used some at a time, whatever fails", async () => {
  const files = Array.from({ length: 20 }, (_, index) => `/secrets/${index}`);
  const asked: string[] = [];
  let [running, most] = [0, 0];
  const remove = async (file: string): Promise<void> => {
    asked.push(file);
    most = Math.max(most, ++running);
    await setImmediate();
    running--;
    if (file === files[3]) throw new Error("busy");
  };
  await removeUnused({ ...scriptedTransport(() => ({})), remove }, [...files, undefined]);
  expect([asked, most]).toEqual([files, 8]);
});
