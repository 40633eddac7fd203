import { AbortedError } from "@hpckit/core";
import { manualClock } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import type { Slurm } from "../slurm/slurm.js";
import { findMembers, type SiteMembers } from "./site-members.js";

const slurm = (name: string): Slurm => ({ cluster: { name } }) as unknown as Slurm;
const away = new Error("switched off");

/** A site of four clusters, of which those in `down` do not answer. */
async function site(down: Set<string>): Promise<{ readonly members: SiteMembers; readonly asked: string[]; readonly clock: ReturnType<typeof manualClock> }> {
  const asked: string[] = [];
  const clock = manualClock();
  const connect = async (name: string): Promise<Slurm> => {
    asked.push(name);
    await Promise.resolve();
    if (down.has(name)) throw away;
    return slurm(name);
  };
  const members = await findMembers({ own: slurm("own"), others: ["c", "a", "b"], connect, clock }, {});
  asked.length = 0;
  return { members, asked, clock };
}

const names = ({ clusters }: SiteMembers): readonly string[] => clusters.map(({ cluster }) => cluster.name);

describe("clusters of a site", () => {
  it("are its own, and the others by name; those that did not answer are kept, with the error", async () => {
    const { members } = await site(new Set(["a"]));
    expect(names(members)).toEqual(["own", "b", "c"]);
    expect(members.unreachable).toEqual([{ name: "a", error: away }]);
  });

  it("are there again when they answer again, in their place", async () => {
    const down = new Set(["a", "c"]);
    const { members, clock } = await site(down);
    down.delete("a");
    await members.askAgain(["a", "c"]);
    expect(names(members)).toEqual(["own", "b"]);
    clock.advance(60_000);
    await members.askAgain(["a", "c"]);
    expect(names(members)).toEqual(["own", "a", "b"]);
    expect(members.unreachable.map(({ name }) => name)).toEqual(["c"]);
  });

  it("are asked ever more rarely, only if they are meant, and by one at a time", async () => {
    const { members, asked, clock } = await site(new Set(["a", "c"]));
    for (let minute = 0; minute < 600; minute++) {
      clock.advance(60_000);
      await Promise.all([members.askAgain(["a", "b", "own"]), members.askAgain(["a"])]);
    }
    expect(new Set(asked)).toEqual(new Set(["a"]));
    // After 1, 2, 4, 8, 16 and 32 minutes, and then every hour.
    expect(asked).toHaveLength(6 + 8);
  });

  it("that a caller gave up waiting for are no worse known than before", async () => {
    const { members, clock } = await site(new Set(["a"]));
    clock.advance(60_000);
    const error: unknown = await members.askAgain(["a"], { signal: AbortSignal.abort() }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ message: "the connection to cluster a was aborted", cause: away });
    expect(members.unreachable).toEqual([{ name: "a", error: away }]);
  });
});
