import { describe, expect, it } from "vitest";
import { inTurns, type InTurn } from "./in-turn.js";

const never = new AbortController().signal;
const [gate, login] = [{ host: "Gate", port: 22, user: "alice" }, { host: "login", port: 22, user: "alice" }];

describe("turns of several accounts", () => {
  it("are taken in one order whatever the way, and each once", async () => {
    const taken: string[] = [];
    const inTurn: InTurn = (address, work) => {
      taken.push(address.host);
      return work();
    };
    for (const way of [[gate, login], [login, gate], [gate, login, { ...gate, host: "gate" }]]) {
      expect(await inTurns(inTurn, way, async () => "signed in", never)).toBe("signed in");
      expect(taken.splice(0).map((host) => host.toLowerCase())).toEqual(["gate", "login"]);
    }
  });
});
