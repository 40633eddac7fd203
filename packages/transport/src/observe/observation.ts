import { randomBytes } from "node:crypto";
import { quietly, type Secret, type TargetInfo } from "@hpckit/core";
import { eventChannel, hasSubscribers, topicOf } from "./channels.js";
import { describeEvent, levelOf } from "./logger.js";
import type { ObserveOptions } from "./observe-options.js";
import { redactValue } from "./redact-value.js";
import type { EventBodies, EventKind, EventToTell, EventTopic, TransportEvent } from "./transport-event.js";
import { runWatched, type Clean, type WatchedCall } from "./watched-call.js";

/** Through which one transport says what happens on it. */
export interface Observation {
  /** Where the transport leads; may become known only while it connects. */
  target: TargetInfo;
  /** The same, as another account. */
  as(user: string): Observation;
  /** An id of its own for a call or a connection. */
  nextId(): string;
  /** Takes this secret out of all that is said from now on, for the life of the transport. */
  keepSecret(secret: Secret | undefined): void;
  /** Tells an event to those who listen. Where nobody does, its body is not even made. */
  emit<Kind extends EventKind>(kind: Kind, body: () => EventBodies[Kind]): void;
  /** Whether anyone listens to a topic. */
  hears(topic: EventTopic): boolean;
  /** Runs a call, tells its beginning and its end, and takes the secrets out of what it throws. */
  watch<Value>(call: WatchedCall<Value>): Promise<Value>;
  /** Takes down a connection that stands; the function strikes it out, and says whether its end is a loss. */
  holdOpen(connection: () => EventBodies["connection-closed"]): () => boolean;
  /** Closes what stands, and tells of it afterwards. */
  close(dispose: () => PromiseLike<void>): Promise<void>;
}

/** What the accounts over one transport share. */
interface Shared extends ObserveOptions {
  readonly id: string;
  readonly secrets: Set<Secret>;
  count: number;
}

export const observe = (target: TargetInfo, { logger, tracer }: ObserveOptions = {}): Observation =>
  observation(target, { id: randomBytes(4).toString("hex"), secrets: new Set(), count: 0, logger, tracer });

function observation(initialTarget: TargetInfo, shared: Shared): Observation {
  const { logger, tracer } = shared;
  const standing = new Set<() => EventBodies["connection-closed"]>();
  let isClosing = false;

  function eventOf(event: { readonly kind: EventKind }, secrets: readonly Secret[]): TransportEvent {
    const whole = { atMs: Date.now(), transportId: shared.id, target: own.target, ...event };
    return Object.freeze(redactValue(whole, secrets)) as TransportEvent;
  }

  function tell(event: TransportEvent): void {
    eventChannel(topicOf(event.kind)).publish(event);
    if (logger === undefined) return;
    quietly(logger, "the logger of a transport", () => logger[levelOf(event)](event, describeEvent(event)));
  }

  const own: Observation = {
    target: initialTarget,
    as: (user) => observation({ ...own.target, user }, shared),
    nextId: () => `${shared.id}-${++shared.count}`,
    keepSecret(secret) {
      if (secret !== undefined) shared.secrets.add(secret);
    },
    emit(kind, body) {
      if (own.hears(topicOf(kind))) tell(eventOf({ kind, ...body() }, [...shared.secrets]));
    },
    hears: (topic) => logger !== undefined || eventChannel(topic).hasSubscribers,
    async watch(call) {
      const secrets = (): readonly Secret[] => [...shared.secrets, ...(call.secrets?.() ?? [])];
      const cleaned = async (): ReturnType<typeof call.run> => {
        try {
          return await call.run();
        } catch (error) {
          throw redactValue(error, secrets());
        }
      };
      if (logger === undefined && tracer === undefined && !hasSubscribers(call.topic)) return cleaned();
      const told = (makeEvent: (clean: Clean) => EventToTell): TransportEvent => {
        const event = eventOf(makeEvent((value) => redactValue(value, secrets())), secrets());
        tell(event);
        return event;
      };
      return runWatched({ ...call, run: cleaned }, told, tracer);
    },
    holdOpen(connection) {
      standing.add(connection);
      return () => !isClosing && standing.delete(connection);
    },
    async close(dispose) {
      isClosing = true;
      await dispose();
      for (const connection of standing) own.emit("connection-closed", connection);
      standing.clear();
    },
  };
  return own;
}
