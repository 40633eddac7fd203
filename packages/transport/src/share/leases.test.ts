import { describe, expect, it } from "vitest";
import { leases, type Lease, type Openable, type Shareable } from "./leases.js";

const never = new AbortController().signal;

interface Settle {
  readonly open: (door: Door) => void;
  readonly refuse: (error: Error) => void;
}

/** Opens, closes and fails as it is told, and writes it down. */
class Door implements Openable<Door>, Shareable {
  readonly name: string;
  readonly happened: string[] = [];
  over = false;
  #settle: Settle | undefined;
  #closing: (() => void) | undefined;

  constructor(name: string) {
    this.name = name;
  }

  open(signal: AbortSignal): Promise<Door> {
    this.happened.push("opening");
    return new Promise((open, refuse) => {
      this.#settle = { open, refuse };
      signal.addEventListener("abort", () => this.refuse("abandoned"), { once: true });
    });
  }

  isOver(): boolean {
    return this.over;
  }

  close(): Promise<void> {
    this.happened.push("closing");
    return new Promise((resolve) => (this.#closing = resolve));
  }

  admit(): void {
    this.#happens("open")?.open(this);
  }

  refuse(why: string): void {
    this.#happens(why)?.refuse(new Error(why));
  }

  /** It opens or fails once. */
  #happens(what: string): Settle | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    if (settle !== undefined) this.happened.push(what);
    return settle;
  }

  closed(): void {
    this.happened.push("closed");
    this.#closing?.();
  }
}

/** Doors by their names; each that is made gets a number. */
function doors() {
  const made: Door[] = [];
  const ground = leases<string, Door, Door>((one, other) => one === other);
  const take = (name = "north"): Lease<Door, Door> =>
    ground.take(name, () => {
      const door = new Door(`${name} ${made.length}`);
      made.push(door);
      return door;
    });
  /** Open, with a share for each. */
  const takeOpen = async (shares: number): Promise<readonly Lease<Door, Door>[]> => {
    const held = Array.from({ length: shares }, () => take());
    const opened = held.map((each) => each.opened(never));
    held[0]?.held.admit();
    await Promise.all(opened);
    return held;
  };
  return { made, take, takeOpen };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe("shares", () => {
  it("are in one thing for each key, which is opened once, for those who wait and those who come later", async () => {
    const { made, take, takeOpen } = doors();
    await takeOpen(2);
    const other = take("south");
    expect(await take().opened(never)).toBe(made[0]);
    expect(other.held).not.toBe(made[0]);
    expect(made.map(({ name, happened }) => [name, happened])).toEqual([["north 0", ["opening", "open"]], ["south 1", []]]);
  });

  it("keep it open to the last of them, which waits until it is closed, and count once however often they are given back", async () => {
    const { made, takeOpen } = doors();
    const [one, other] = await takeOpen(2);
    await one?.release();
    await one?.release();
    expect(made[0]?.happened).toEqual(["opening", "open"]);
    let isReleased = false;
    const releasing = [1, 2].map(async () => {
      await other?.release();
      isReleased = true;
    });
    await turns();
    expect([made[0]?.happened.at(-1), isReleased]).toEqual(["closing", false]);
    made[0]?.closed();
    await Promise.all(releasing);
    expect(made[0]?.happened).toEqual(["opening", "open", "closing", "closed"]);
  });

  it("are in a new one for who comes while the last one is being closed, or after that", async () => {
    const { made, take, takeOpen } = doors();
    const [last] = await takeOpen(1);
    const releasing = last?.release();
    expect(take().held).toBe(made[1]);
    await turns();
    made[0]?.closed();
    await releasing;
    expect(take().held).toBe(made[1]);
    expect(made).toHaveLength(2);
  });

  it("are in the one that stands for who comes a moment before the last one goes", async () => {
    const { made, take, takeOpen } = doors();
    const [last] = await takeOpen(1);
    const joined = take();
    await last?.release();
    expect(await joined.opened(never)).toBe(made[0]);
    expect(made[0]?.happened).toEqual(["opening", "open"]);
  });

  it("let who gives up go alone, also if it was the one who began, and end what nobody waits for any more", async () => {
    const { made, take } = doors();
    const impatient = new AbortController();
    const [one, other] = [take(), take()];
    const waiting = [one.opened(impatient.signal), other.opened(never)] as const;
    impatient.abort(new Error("no time"));
    await expect(waiting[0]).rejects.toMatchObject({ name: "AbortedError", cause: { message: "no time" } });
    await one.release();
    expect(made[0]?.happened).toEqual(["opening"]);
    const left = expect(waiting[1]).rejects.toThrow("abandoned");
    await other.release();
    await left;
    expect(made[0]?.happened).toEqual(["opening", "abandoned"]);
    expect(take().held).toBe(made[1]);
  });

  it("close what has opened in the moment in which the last one gave up", async () => {
    const { made, take } = doors();
    const share = take();
    const waiting = share.opened(never);
    made[0]?.admit();
    const releasing = share.release();
    await turns();
    made[0]?.closed();
    await Promise.all([waiting, releasing]);
    expect(made[0]?.happened).toEqual(["opening", "open", "closing", "closed"]);
  });

  it("open nothing for who has given up before", async () => {
    const { made, take } = doors();
    const share = take();
    await expect(share.opened(AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
    await share.release();
    expect(made[0]?.happened).toEqual([]);
  });

  it("fail together where it does not open, and who then tries again begins anew", async () => {
    const { made, take } = doors();
    const trying = [take(), take()].map(async (share) => {
      const error: unknown = await share.opened(never).catch((failure: unknown) => failure);
      const again = take();
      await share.release();
      return { error, again };
    });
    made[0]?.refuse("locked");
    const ends = await Promise.all(trying);
    expect(ends.map(({ error }) => error)).toEqual([new Error("locked"), new Error("locked")]);
    expect(ends.map(({ again }) => again.held)).toEqual([made[1], made[1]]);
    expect(made[0]?.happened).toEqual(["opening", "locked"]);
  });

  it("stay in what is over for those who hold it, and are in a new one for those who come", async () => {
    const { made, take, takeOpen } = doors();
    const [one] = await takeOpen(1);
    if (made[0] !== undefined) made[0].over = true;
    const other = take();
    expect(other.held).toBe(made[1]);
    const releasing = one?.release();
    await turns();
    made[0]?.closed();
    await releasing;
    expect(take().held).toBe(made[1]);
  });
});
