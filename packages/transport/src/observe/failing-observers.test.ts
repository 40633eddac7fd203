import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import type { Logger } from "./logger.js";
import type { ObserveOptions } from "./observe-options.js";
import type { CallSpan, CallTracer } from "./tracer.js";

const throwing = (): never => {
  throw new Error("the collector is away");
};
const rejecting = (): Promise<never> => Promise.reject(new Error("the collector is away"));
const span: CallSpan = { setAttributes: () => undefined, setStatus: () => undefined, recordException: () => undefined, end: () => undefined };
const tracing = (of: CallSpan): CallTracer => ({ startActiveSpan: (_, _options, run) => run(of) });
const logging = (fail: () => unknown): Logger => ({ debug: fail, info: fail, warn: fail, error: fail });

const failing: Readonly<Record<string, () => ObserveOptions>> = {
  "a logger that throws": () => ({ logger: logging(throwing) }),
  "a logger that is rejected later": () => ({ logger: logging(rejecting) }),
  "a tracer that begins no span": () => ({ tracer: { startActiveSpan: throwing } }),
  "a tracer that throws once the call has begun": () => ({
    tracer: {
      startActiveSpan(_, _options, run) {
        run(span);
        return throwing();
      },
    },
  }),
  "a tracer whose own promise is rejected": () => ({
    tracer: {
      startActiveSpan<Value>(_: string, _options: object, run: (of: CallSpan) => Value) {
        run(span);
        return rejecting() as Value;
      },
    },
  }),
  "a span that takes no attributes": () => ({ tracer: tracing({ ...span, setAttributes: throwing }) }),
  "a span that takes no status": () => ({ tracer: tracing({ ...span, setStatus: throwing }) }),
  "a span that takes no exception": () => ({ tracer: tracing({ ...span, recordException: throwing }) }),
  "a span that cannot be ended": () => ({ tracer: tracing({ ...span, end: throwing }) }),
  "a span that is ended later, in vain": () => ({ tracer: tracing({ ...span, end: rejecting }) }),
};

/** Vitest fails where a rejection is handled by nobody. */
describe("what watches calls changes none of them", () => {
  let warned: MockInstance<typeof process.emitWarning>;
  beforeEach(() => void (warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)));
  afterEach(() => void vi.restoreAllMocks());

  it.each(Object.entries(failing))("neither does %s, and it is warned of once", async (_, observers) => {
    {
      await using here = await connectLocal(observers());
      expect(await here.exec(["echo", "all is well"])).toMatchObject({ stdout: "all is well\n" });
      await expect(here.exec(["sh", "-c", "exit 4"], { check: true })).rejects.toMatchObject({ code: "command-failed" });
      await expect(here.exec(["true"], { timeoutMs: -1 })).rejects.toMatchObject({ code: "options-invalid" });
    }
    await delay(0);
    expect(warned.mock.calls).toEqual([[expect.stringMatching(/^the (?:logger|tracer) of a transport has failed: the collector is away$/), expect.objectContaining({ code: "HPCKIT_OBSERVER_FAILED" })]]);
  });

  it("not even a tracer that takes a call and never makes it, or makes it twice", async () => {
    for (const startActiveSpan of [() => undefined, (_: string, _options: object, run: (of: CallSpan) => unknown) => [run(span), run(span)]]) {
      await using here = await connectLocal({ tracer: { startActiveSpan } as CallTracer });
      let times = 0;
      await here.batch([["true"]], { onResult: () => times++ });
      expect(times).toBe(1);
    }
    expect(warned).not.toHaveBeenCalled();
  });

  it("nor is the failure of a call taken for one of its tracer", async () => {
    const tracer: CallTracer = { startActiveSpan: (_, _options, run) => run(span) };
    await using here = await connectLocal({ tracer });
    await expect(here.exec(["false"], { check: true })).rejects.toMatchObject({ code: "command-failed" });
    await delay(0);
    expect(warned).not.toHaveBeenCalled();
  });
});
