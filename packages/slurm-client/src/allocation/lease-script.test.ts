import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { shells } from "../../../../tools/shells/run-shell.js";
import { leaseEndedStatus, renderLease } from "./lease-script.js";

/** Plays a holder, renewed at these milliseconds after its start. */
async function hold(shell: string, renewedAtMs: readonly number[]): Promise<{ readonly status: number | null; readonly lastedMs: number }> {
  const began = Date.now();
  const child = spawn(shell, ["-c", renderLease(2).shell], { stdio: "ignore" });
  for (const at of renewedAtMs) setTimeout(() => child.kill("SIGUSR1"), at);
  const status = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { status, lastedMs: Date.now() - began };
}

describe.concurrent.each(shells)("a lease, in %s", (shell) => {
  it("ends by itself", async () => {
    const { status, lastedMs } = await hold(shell, []);
    expect(status).toBe(leaseEndedStatus);
    expect(lastedMs).toBeGreaterThan(1900);
  });

  it("goes on as long as it is renewed", async () => {
    const { status, lastedMs } = await hold(shell, [1000, 1800, 2600]);
    expect(status).toBe(leaseEndedStatus);
    expect(lastedMs).toBeGreaterThan(4400);
  });
});
