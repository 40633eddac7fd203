import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";

/** Of a command over there: the servers of these tests are this machine. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

export async function untilDead(pid: number): Promise<void> {
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await delay(100);
  expect(isAlive(pid)).toBe(false);
}

/** The process id that a command writes into a file as it starts. */
export async function untilWritten(file: string): Promise<number> {
  for (let tries = 0; tries < 600; tries++) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text !== "") return Number(text);
    await delay(50);
  }
  throw new Error("the command did not start");
}
