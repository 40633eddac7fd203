import { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { silence, watchSilence, type Pulse } from "./watchdog.js";

const pulse = (changes: Partial<Pulse> = {}): Pulse => ({ heardBytes: 0, takenBytes: 0, waitingBytes: 0, ...changes });

describe("a silence", () => {
  it("is counted in looks, and ends with the first byte that is heard", () => {
    const look = silence(pulse());
    expect([look(pulse()), look(pulse()), look(pulse({ heardBytes: 1 })), look(pulse({ heardBytes: 1 })), look(pulse({ heardBytes: 1 }))]).toEqual([1, 2, 0, 1, 2]);
  });

  it("is not ended by questions that this machine has taken: nobody may have heard them", () => {
    const look = silence(pulse());
    expect([36, 72, 108].map((takenBytes) => look(pulse({ takenBytes })))).toEqual([1, 2, 3]);
  });

  it("is none while the other side takes what waits for it, and is one when it stops taking", () => {
    const look = silence(pulse({ waitingBytes: 8_000_000 }));
    const looks = [
      look(pulse({ waitingBytes: 7_000_000, takenBytes: 1_000_000 })),
      look(pulse({ waitingBytes: 7_000_000, takenBytes: 1_500_000 })),
      look(pulse({ waitingBytes: 7_000_036, takenBytes: 1_500_000 })),
      look(pulse({ waitingBytes: 7_000_072, takenBytes: 1_500_000 })),
    ];
    expect(looks).toEqual([0, 0, 1, 2]);
  });
});

describe("the watchdog", () => {
  const socket = (): Duplex => new Duplex({ read: () => undefined, write: (_, __, done) => done() });

  it("barks once when nothing is heard for the time, and not while something is", async () => {
    const watched = socket();
    watched.resume();
    let barks = 0;
    const watchdog = watchSilence(watched, { silenceMs: 150, onSilence: () => barks++ });
    for (let count = 0; count < 8; count++) {
      await delay(40);
      watched.push("x");
    }
    expect(barks).toBe(0);
    await expect.poll(() => barks, { timeout: 5_000 }).toBe(1);
    await delay(300);
    expect(barks).toBe(1);
    watchdog[Symbol.dispose]();
  });

  it("does not take its own program's standstill for the server's", async () => {
    const watched = socket();
    watched.resume();
    let barks = 0;
    const watchdog = watchSilence(watched, { silenceMs: 150, onSilence: () => barks++ });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    await delay(20);
    expect(barks).toBe(0);
    watchdog[Symbol.dispose]();
  });

  it("leaves nothing behind", () => {
    const watched = socket();
    const watchdog = watchSilence(watched, { silenceMs: 150, onSilence: () => undefined });
    watchdog[Symbol.dispose]();
    expect(watched.listenerCount("data")).toBe(0);
  });
});
