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
  readonly commands: { say(text: string): Promise<void>; fail(): Promise<void>; readonly aborted: () => boolean }[];
}

function hear(): Heard {
  const rings: string[] = [];
  const commands: Heard["commands"] = [];
  const clock = manualClock();
  const stream: Transport["stream"] = (_, { signal } = {}) => {
    const pieces: (string | Error)[] = [];
    let wake = (): void => undefined;
    const tell = async (piece: string | Error): Promise<void> => {
      pieces.push(piece);
      wake();
      await delay(1);
    };
    signal?.addEventListener("abort", () => void tell(new Error("aborted")));
    commands.push({ say: tell, fail: () => tell(new Error("cut off")), aborted: () => signal?.aborted === true });
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

  it("hears nothing any more once it is cut off, and begins again with the next job", async () => {
    const { lookout, rings, commands } = hear();
    lookout.attend();
    await commands[0]?.fail();
    expect(lookout.listens).toBe(false);
    lookout.attend();
    await commands[1]?.say("listening\n7 7 0 end\n");
    expect(rings).toEqual(["7"]);
  });

  it("is not tried for ever where it cannot listen", async () => {
    const { lookout, commands } = hear();
    for (let round = 0; round < 5; round++) {
      lookout.attend();
      await commands[round]?.fail();
    }
    expect(commands).toHaveLength(3);
  });

  it("ends its command when nobody waits, and for good when it gives up", () => {
    const { lookout, commands } = hear();
    lookout.attend();
    lookout.end();
    expect([lookout.listens, commands[0]?.aborted()]).toEqual([false, true]);
    lookout.attend();
    lookout.giveUp();
    lookout.attend();
    expect([lookout.listens, commands.length, commands[1]?.aborted()]).toEqual([false, 2, true]);
  });
});
