import { createServer } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { findPorts, portsFrom } from "./ports.js";

describe("a cluster's ports", () => {
  it("are distinct", () => {
    const { slurmd, sibling, ...others } = portsFrom(21000);
    const all = [...slurmd, ...Object.values(sibling), ...Object.values(others)];
    expect(new Set(all).size).toBe(all.length);
  });

  it("avoid other clusters' blocks and ports in use", async () => {
    const first = await findPorts([]);
    const second = await findPorts([first]);
    expect(second.slurmctld).toBeGreaterThan(first.slurmctld);

    const squatter = createServer().listen(first.sshd, "127.0.0.1");
    await once(squatter, "listening");
    try {
      expect((await findPorts([])).slurmctld).not.toBe(first.slurmctld);
    } finally {
      squatter.close();
    }
  });
});
