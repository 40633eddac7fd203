import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "@hpckit/core";
import { manualClock, scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { createLookout, type Lookout } from "./lookout.js";

interface Heard {
  readonly lookout: Lookout;
  readonly rings: string[];
  readonly clock: ReturnType<typeof manualClock>;
  /** Of each command so far, the way to say something and to end it. */
  readonly commands: { readonly script: string; say(text: string): Promise<void>; fail(): Promise<void>; readonly aborted: () => boolean }[];
}

function hear(): Heard {
  const rings: string[] = [];
  const commands: Heard["commands"] = [];
  const clock = manualClock();
  const stream: Transport["stream"] = ([, , script = ""], { signal } = {}) => {
    const pieces: (string | Error)[] = [];
    let wake = (): void => undefined;
    const tell = async (piece: string | Error): Promise<void> => {
      pieces.push(piece);
      wake();
      await delay(1);
    };
    signal?.addEventListener("abort", () => void tell(new Error("aborted")));
    commands.push({ script, say: tell, fail: () => tell(new Error("cut off")), aborted: () => signal?.aborted === true });
    return {
      result: new Promise(() => undefined),
      bytes: () => {
        throw new Error("the lookout reads text");
      },
      async *[Symbol.asyncIterator]() {
        for (;;) {
          for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
            if (piece instanceof Error) throw piece;
            yield piece;
          }
          await new Promise<void>((resolve) => (wake = resolve));
        }
      },
    };
  };
  const transport: Transport = { ...scriptedTransport(() => ({})), stream };
  return { lookout: createLookout({ transport, clock, file: "/state/bell", onRing: (jobId) => rings.push(jobId) }), rings, clock, commands };
}

describe("createLookout", () => {
  it("tells who has rung, however the lines are cut", async () => {
    const { lookout, rings, commands } = hear();
    expect(lookout.listens).toBe(false);
    lookout.attend();
    expect(lookout.listens).toBe(true);
    for (const piece of ["listen", "ing\n12 13 0 sta", "rt\n7 7 1 end\n"]) await commands[0]?.say(piece);
    expect(rings).toEqual(["12", "7"]);
  });

  it("takes nothing else for a ring", async () => {
    const { lookout, rings, commands } = hear();
    lookout.attend();
    await commands[0]?.say("Welcome to login2, 7 users, 3 jobs\n7\n7 7 0 over\n0 1 0 end\n-1 1 0 end\n");
    expect(rings).toEqual([]);
  });

  it("listens with one command, and anew with a closer one once it has been quiet", () => {
    const { lookout, clock, commands } = hear();
    lookout.attend();
    clock.advance(19_000);
    lookout.attend();
    expect(commands).toHaveLength(1);
    clock.advance(2000);
    lookout.attend();
    expect(commands.map(({ aborted }) => aborted())).toEqual([true, false]);
    expect(lookout.listens).toBe(true);
  });

  it("hears on from the ring that it heard last when it listens anew: what rang meanwhile is told", async () => {
    const { lookout, rings, clock, commands } = hear();
    lookout.attend();
    await commands[0]?.say("listening\n7 7 0 start\nsome banner\n");
    clock.advance(60_000);
    lookout.attend();
    expect(commands.map(({ script }) => script.includes("hpckit_heard='7 7 0 start'"))).toEqual([false, true]);
    await commands[1]?.say("7 7 0 end\n");
    expect(rings).toEqual(["7", "7"]);
  });

  it("listens again when it was cut off, after a pause that gets longer, and short again once it could listen for a while", async () => {
    const { lookout, rings, clock, commands } = hear();
    const pauses: number[] = [];
    const waitUntilItTries = (): void => {
      const tried = commands.length;
      for (let seconds = 0; ; seconds++) {
        lookout.attend();
        lookout.resume();
        if (commands.length > tried) return void pauses.push(seconds);
        clock.advance(1000);
      }
    };
    for (let round = 0; round < 16; round++) {
      waitUntilItTries();
      await commands[round]?.fail();
      expect(lookout.listens).toBe(false);
    }
    expect(pauses).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600, 3600]);
    waitUntilItTries();
    await commands[16]?.say("listening\n7 7 0 end\n");
    expect(rings).toEqual(["7"]);
    clock.advance(4_000_000);
    await commands[16]?.fail();
    waitUntilItTries();
    expect(pauses.at(-1)).toBe(1);
  });

  it("ends its command when nobody waits", () => {
    const { lookout, commands } = hear();
    lookout.attend();
    lookout.resume();
    lookout.end();
    expect([lookout.listens, commands.length, commands[0]?.aborted()]).toEqual([false, 1, true]);
  });

  it("that is given up listens again after a good while, and later each time", async () => {
    const { lookout, clock, commands } = hear();
    lookout.attend();
    lookout.giveUp();
    expect([lookout.listens, commands[0]?.aborted()]).toEqual([false, true]);
    clock.advance(599_000);
    lookout.resume();
    expect(commands).toHaveLength(1);
    clock.advance(1000);
    lookout.resume();
    expect([lookout.listens, commands.length]).toEqual([true, 2]);
    // That it begins says nothing yet.
    await commands[1]?.say("listening\n");
    clock.advance(10_000);
    lookout.giveUp();
    clock.advance(1_199_000);
    lookout.attend();
    expect(commands).toHaveLength(2);
    clock.advance(1000);
    lookout.attend();
    expect(commands).toHaveLength(3);
  });
});
