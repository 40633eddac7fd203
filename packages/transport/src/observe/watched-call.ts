import { HpckitError, type Secret } from "@hpckit/core";
import { inTrace, type CallTopic, type OnEnd } from "./channels.js";
import { inSpan, type CallTracer } from "./tracer.js";
import type { EventError, EventToTell, TransportEvent } from "./transport-event.js";

/** Takes the secrets out of a value: to be asked before the value is cut, as a part of a secret is not recognised. */
export type Clean = <Value>(value: Value) => Value;

/** A call whose beginning and end are told. */
export interface WatchedCall<Value> {
  readonly topic: CallTopic;
  readonly begun: (clean: Clean) => EventToTell;
  readonly ended: (outcome: CallOutcome<Value>, clean: Clean) => EventToTell;
  readonly run: () => Promise<Value>;
  /** Of this call alone. */
  readonly secrets?: (() => readonly Secret[]) | undefined;
}

/** What a call came to, either a value or an error. */
export interface CallOutcome<Value> {
  readonly durationMs: number;
  readonly value?: Value | undefined;
  readonly error?: EventError | undefined;
}

/** Tells the beginning and the end of a call, and lets spans and traces surround it. */
export async function runWatched<Value>({ topic, begun, ended, run }: WatchedCall<Value>, tell: (event: (clean: Clean) => EventToTell) => TransportEvent, tracer: CallTracer | undefined): Promise<Value> {
  const startedAt = performance.now();
  const beginning = tell(begun);
  const end = (outcome: Omit<CallOutcome<Value>, "durationMs">): TransportEvent => tell((clean) => ended({ durationMs: performance.now() - startedAt, ...outcome }, clean));

  const within = async (onEnd: OnEnd): Promise<Value> => {
    const value = await run().catch((error: unknown) => {
      onEnd(end({ error: eventError(error) }), error);
      throw error;
    });
    onEnd(end({ value }));
    return value;
  };
  if (tracer === undefined) return inTrace(topic, beginning, within);
  return inSpan(tracer, beginning, (endSpan) =>
    inTrace(topic, beginning, (endTrace) =>
      within((...ending) => {
        endSpan(...ending);
        endTrace(...ending);
      }),
    ),
  );
}

export function eventError(error: unknown): EventError {
  if (error instanceof HpckitError) return { name: error.name, code: error.code, message: error.message };
  return error instanceof Error ? { name: error.name, code: undefined, message: error.message } : { name: "Error", code: undefined, message: String(error) };
}
