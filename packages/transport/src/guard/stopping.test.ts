import { TransportError } from "@hpckit/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stopping } from "./stopping.js";

afterEach(() => void vi.useRealTimers());

describe("what ends a call before its time", () => {
  it("is the caller's signal, the time limit, the end of the transport, or an error that is thrown as it is", async () => {
    const caller = new AbortController();
    using aborted = stopping("call", { signal: caller.signal });
    caller.abort("why");
    await expect(aborted.stopped).rejects.toMatchObject({ code: "aborted", message: "call: aborted by the caller", cause: "why" });

    using late = stopping("call", { timeoutMs: 5 });
    await expect(late.stopped).rejects.toMatchObject({ code: "timeout" });

    vi.useFakeTimers();
    for (const timeoutMs of [2 ** 31, Infinity]) {
      using patient = stopping("call", { timeoutMs });
      vi.advanceTimersByTime(1_000);
      expect(patient.signal.aborted).toBe(false);
    }
    vi.useRealTimers();

    const closed = new TransportError("connection-lost", "closed");
    using closing = stopping("call", { signal: caller.signal, closing: AbortSignal.abort(closed) });
    await expect(closing.stopped).rejects.toBe(closed);

    const mistake = new RangeError("in the caller's own code");
    using stopped = stopping("call", {});
    stopped.stop(mistake);
    await expect(stopped.stopped).rejects.toBe(mistake);
  });
});
