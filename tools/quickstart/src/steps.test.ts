import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { printSteps } from "./steps.js";

describe("the steps of the quickstart", () => {
  let printed = "";
  const steps = () => printSteps((text) => (printed += text), Date.now);
  beforeEach(() => {
    printed = "";
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it("are numbered, with the seconds of each and of its parts", async () => {
    const { run } = steps();
    await run("first", async (part) => {
      part("MariaDB");
      await vi.advanceTimersByTimeAsync(700);
      part("MariaDB", 0.7);
    });
    await run("second", async () => Promise.resolve());
    expect(printed).toBe("\n[1] first\n    MariaDB … 0.7 s\n    done in 0.7 s\n\n[2] second\n    done in 0.0 s\n");
  });

  it("show with dots that a long part is alive", async () => {
    await steps().run("slow", async (part) => {
      part("building");
      await vi.advanceTimersByTimeAsync(12_000);
      part("building", 12);
    });
    expect(printed).toContain("    building ….. 12.0 s\n");
  });

  it("end the line of a part that failed, and print nothing more for it", async () => {
    await expect(
      steps().run("failing", async (part) => {
        part("building");
        return Promise.reject(new Error("no mirror"));
      }),
    ).rejects.toThrow("no mirror");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(printed).toBe("\n[1] failing\n    building …\n");
  });
});
