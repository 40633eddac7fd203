import { channel, tracingChannel, type Channel, type TracingChannel } from "node:diagnostics_channel";
import type { EventKind, EventTopic, OperationTopic, TransportEvent } from "./transport-event.js";

/** Topics of what takes its time. Each has a tracing channel beside the channel of its events. */
export type CallTopic = OperationTopic | "connection";

/** What travels through the tracing channel of a call: the same object at its beginning and at its end. */
export interface CallTrace {
  /** As subscribers of events get it. */
  readonly begun: TransportEvent;
  /** From the end on. */
  ended?: TransportEvent | undefined;
  /** What the call is rejected with, from then on. */
  error?: unknown;
}

/** Told how a call ended, with what it is rejected with. */
export type OnEnd = (ended: TransportEvent, error?: unknown) => void;

const topics: readonly EventTopic[] = ["connection", "login", "account", "command", "file", "copy", "sync", "forward"];
const nameOf = (topic: EventTopic): string => `hpckit:transport:${topic}`;
// Held for good, as they are asked at every call.
const channels = new Map(topics.map((topic) => [topic, { events: channel(nameOf(topic)), trace: tracingChannel<unknown, CallTrace>(nameOf(topic)) }]));

export const topicOf = (kind: EventKind): EventTopic => kind.slice(0, kind.indexOf("-")) as EventTopic;

/** The channel of a topic's events, `hpckit:transport:TOPIC`. */
export const eventChannel = (topic: EventTopic): Channel => channels.get(topic)?.events ?? channel(nameOf(topic));

/** The tracing channel of a topic's calls, `tracing:hpckit:transport:TOPIC:start` and so on. */
const traceChannel = (topic: CallTopic): TracingChannel<unknown, CallTrace> => channels.get(topic)?.trace ?? tracingChannel(nameOf(topic));

export const hasSubscribers = (topic: CallTopic): boolean => eventChannel(topic).hasSubscribers || traceChannel(topic).hasSubscribers;

/** Runs a call within its topic's tracing channel: stores that are bound to its start hold in all that the call does. */
export function inTrace<Value>(topic: CallTopic, begun: TransportEvent, run: (onEnd: OnEnd) => Promise<Value>): Promise<Value> {
  const trace = traceChannel(topic);
  if (!trace.hasSubscribers) return run(() => undefined);
  const context: CallTrace = { begun };
  return new Promise((resolve, reject) => {
    // What the call results in is the caller's alone and does not travel.
    const silent = async (): Promise<void> => resolve(await run((ended) => (context.ended = ended)));
    trace.tracePromise(silent, context).catch(reject);
  });
}
