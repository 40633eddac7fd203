import { quietly } from "@hpckit/core";
import type { OnEnd } from "./channels.js";
import type { TransportEvent } from "./transport-event.js";

/** Names and values that a span tells. */
export type SpanAttributes = Record<string, string | number | boolean | string[]>;

/** As much of an OpenTelemetry `Span` as a transport needs. */
export interface CallSpan {
  /** Told what is known at the end of the call. */
  setAttributes(attributes: SpanAttributes): unknown;
  /** `code` as in `SpanStatusCode`. */
  setStatus(status: { code: number; message?: string }): unknown;
  /** Told what the call is rejected with, without secrets. */
  recordException(error: Error): unknown;
  /** Called once, after all else. */
  end(): unknown;
}

/** As much of an OpenTelemetry `Tracer` as a transport needs: `trace.getTracer("my-program")` of `@opentelemetry/api` is one. */
export interface CallTracer {
  /** Makes a span below the active one, and runs the call with it active. `kind` as in `SpanKind`. What it gives back is not used. */
  startActiveSpan<Value>(name: string, options: { kind?: number; attributes?: SpanAttributes }, run: (span: CallSpan) => Value): Value;
}

/** @see SpanKind and SpanStatusCode of `@opentelemetry/api` */
const spanKind = { internal: 0, client: 2 };
const failed = 2;
const observer = "the tracer of a transport";

/** Runs a call in a span, which is a child of what is active, and active within it. Without one, where the tracer fails. */
export function inSpan<Value>(tracer: CallTracer, begun: TransportEvent, run: (onEnd: OnEnd) => Promise<Value>): Promise<Value> {
  let call: Promise<Value> | undefined;
  quietly(tracer, observer, () => {
    const attributes = attributesAtBeginning(begun);
    const kind = begun.target.kind === "local" ? spanKind.internal : spanKind.client;
    return tracer.startActiveSpan(nameOf(begun), { kind, attributes }, (span) => {
      call ??= runIn(tracer, span, run);
      // The tracer only learns when it is over: what it makes of this is never the call's, and what the call throws is no failure of it.
      return call.then(
        () => undefined,
        () => undefined,
      );
    });
  });
  return call ?? (call = run(() => undefined));
}

async function runIn<Value>(tracer: CallTracer, span: CallSpan, run: (onEnd: OnEnd) => Promise<Value>): Promise<Value> {
  try {
    return await run((ended, error) => {
      const type = errorType(ended);
      quietly(tracer, observer, () => span.setAttributes({ ...attributesAtEnd(ended), ...(type === undefined ? {} : { "error.type": type }) }));
      if (error instanceof Error) quietly(tracer, observer, () => span.recordException(error));
      if (type !== undefined) quietly(tracer, observer, () => span.setStatus({ code: failed, ...("error" in ended && ended.error !== undefined ? { message: ended.error.message } : {}) }));
    });
  } finally {
    quietly(tracer, observer, () => span.end());
  }
}

/** Of few different values: a name groups spans. */
function nameOf(event: TransportEvent): string {
  switch (event.kind) {
    case "connection-opening":
      return "connect";
    case "command-begun":
      return event.operation === "batch" ? "batch" : `${event.operation} ${programOf(event.argv)}`;
    case "file-begun":
    case "copy-begun":
      return event.operation;
    default:
      return event.kind.slice(0, event.kind.indexOf("-"));
  }
}

const programOf = ([program = ""]: readonly string[]): string => program.slice(program.lastIndexOf("/") + 1);

/** @see OpenTelemetry semantic conventions: general attributes (server, network, error), process, file, user */
function attributesAtBeginning(event: TransportEvent): SpanAttributes {
  const { host, user, kind } = event.target;
  return known({
    "server.address": host,
    "user.name": user,
    "network.protocol.name": kind === "ssh" ? "ssh" : undefined,
    "hpckit.transport.id": event.transportId,
    "hpckit.connection.id": "connectionId" in event ? event.connectionId : undefined,
    "hpckit.operation.id": "operationId" in event ? event.operationId : undefined,
    ...(event.kind === "command-begun" ? ofCommand(event) : {}),
    "file.path": event.kind === "file-begun" ? event.path : undefined,
    "hpckit.from": "from" in event ? event.from : undefined,
    "hpckit.to": "to" in event ? event.to : undefined,
    "hpckit.address": event.kind === "forward-begun" ? event.address : undefined,
  });
}

const ofCommand = ({ operation, argv, cwd, commands }: TransportEvent<"command-begun">): Partial<Record<string, SpanAttributes[string]>> =>
  operation === "batch" ? { "hpckit.batch.size": commands } : { "process.executable.name": programOf(argv), "process.command_args": [...argv], "process.working_directory": cwd };

function attributesAtEnd(event: TransportEvent): SpanAttributes {
  switch (event.kind) {
    case "connection-opened":
      return known({ "hpckit.host_key": event.hostKey, "hpckit.connection.shared": event.shared });
    case "command-ended":
      return known({ "process.exit.code": event.exitCode, "hpckit.signal": event.signal, "hpckit.stdout.size": event.stdoutBytes });
    case "file-ended":
    case "copy-ended":
      return known({ "file.size": event.bytes });
    default:
      return {};
  }
}

/** As the conventions for command lines have it, an exit code other than 0 is an error. */
function errorType(event: TransportEvent): string | undefined {
  if ("error" in event && event.error !== undefined) return event.error.code ?? event.error.name;
  if (event.kind !== "command-ended" || event.operation === "batch" || event.exitCode === 0) return undefined;
  return event.signal ?? String(event.exitCode);
}

const known = (attributes: Partial<Record<string, SpanAttributes[string]>>): SpanAttributes =>
  Object.fromEntries(Object.entries(attributes).filter((entry): entry is [string, SpanAttributes[string]] => entry[1] !== undefined));
