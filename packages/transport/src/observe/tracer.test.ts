import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { secret } from "@hpckit/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectLocal } from "../local/connect-local.js";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer("test");

/** With OpenTelemetry's own SDK. */
describe("spans", () => {
  beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterEach(() => exporter.reset());
  afterAll(async () => {
    context.disable();
    await provider.shutdown();
  });

  it("are made of the connection and of each call, under what is active, with the names of the conventions", async () => {
    await tracer.startActiveSpan("nightly", async (parent) => {
      await using here = await connectLocal({ tracer });
      await here.exec(["/bin/echo", "word"], { cwd: "/tmp" });
      await here.stat("/tmp");
      parent.end();
    });
    const spans = exporter.getFinishedSpans();
    const root = spans.at(-1);
    expect(spans.map(({ name }) => name)).toEqual(["connect", "exec echo", "stat", "nightly"]);
    for (const span of spans.slice(0, -1)) {
      expect(span.parentSpanContext?.spanId).toBe(root?.spanContext().spanId);
      expect(span.kind).toBe(SpanKind.INTERNAL);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
    }
    expect(spans[1]?.attributes).toEqual({
      "server.address": expect.any(String) as string,
      "user.name": expect.any(String) as string,
      "process.executable.name": "echo",
      "process.command_args": ["/bin/echo", "word"],
      "process.working_directory": "/tmp",
      "process.exit.code": 0,
      "hpckit.stdout.size": 5,
      "hpckit.transport.id": expect.any(String) as string,
      "hpckit.operation.id": expect.stringMatching(/-2$/) as string,
    });
    expect(spans[2]?.attributes).toMatchObject({ "file.path": "/tmp" });
  });

  it("are active within their call", async () => {
    await using here = await connectLocal({ tracer });
    let active: string | undefined;
    await here.batch([["true"]], { onResult: () => (active = trace.getActiveSpan()?.spanContext().spanId) });
    expect(active).toBe(exporter.getFinishedSpans().at(-1)?.spanContext().spanId);
  });

  it("say what failed, without secrets", async () => {
    await using here = await connectLocal({ tracer });
    const options = { env: { TOKEN: secret("canary-7f3a") }, check: true };
    await expect(here.exec(["sh", "-c", 'echo "$TOKEN" >&2; exit 4'], options)).rejects.toMatchObject({ code: "command-failed" });
    await here.exec(["sh", "-c", "kill -9 $$"]);
    const [, failed, killed] = exporter.getFinishedSpans();
    expect(failed).toMatchObject({ status: { code: SpanStatusCode.ERROR, message: "sh: exit status 4: [secret]" }, attributes: { "error.type": "command-failed" } });
    expect(failed?.events).toMatchObject([{ name: "exception", attributes: { "exception.message": "sh: exit status 4: [secret]" } }]);
    expect(JSON.stringify([failed?.attributes, failed?.events])).not.toContain("canary-7f3a");
    expect(killed).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { "error.type": "SIGKILL", "hpckit.signal": "SIGKILL" } });
  });
});
