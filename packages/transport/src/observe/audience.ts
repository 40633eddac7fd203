import type { Secret, TargetInfo } from "@hpckit/core";
import { transportClosed } from "../channel/channel.js";
import { orAborted } from "../guard/stopping.js";
import type { Observation } from "./observation.js";
import type { EventTopic, SharedRef } from "./transport-event.js";
import { watchConnection, type ConnectionAttempt, type MadeConnection } from "./watch-connection.js";

/**
 * The transports that share a connection: each is told, by its own means, what becomes of it. The first of them tells it as its own, the others
 * as shared, so that whoever counts logins counts each once.
 */
export interface Audience {
  /** Where the connection leads, as far as it is known. */
  target: TargetInfo;
  join(observation: Observation): Member;
  readonly emit: Observation["emit"];
  /** Of the connection, and so of all who share it, also later. */
  keepSecret(secret: Secret): void;
  /** Whether all of them have somebody who listens to a topic. */
  hears(topic: EventTopic): boolean;
  /** Tells of one attempt to make a lost connection again. */
  watchAgain<Made extends MadeConnection>(connect: () => Promise<Made>): Promise<Made>;
}

export interface Member {
  /** Tells how this transport comes to the connection, whoever makes it. */
  watchFirst<Value>(connect: ConnectionAttempt<Value>["connect"]): Promise<Value>;
  /** Hears nothing more; the connection may go on. */
  leave(): void;
}

interface Sharing extends Member {
  readonly observation: Observation;
  isConnected(): boolean;
  readonly shared: () => SharedRef;
  watchAgain(connect: () => Promise<MadeConnection>): Promise<void>;
}

export function audience(initialTarget: TargetInfo): Audience {
  const members = new Set<Sharing>();
  const secrets = new Set<Secret>();
  let target = initialTarget;

  function memberOf(observation: Observation): Sharing {
    const left = new AbortController();
    let attempt = 0;
    let isConnected = false;
    let wasShared = false;
    const watch = <Value>(connect: ConnectionAttempt<Value>["connect"]): Promise<Value> => watchConnection(observation, { attempt: ++attempt, connect, shared: own.shared, until: left.signal });
    const own: Sharing = {
      observation,
      isConnected: () => isConnected,
      shared: () => ((left.signal.aborted ? wasShared : members.values().next().value !== own) ? { shared: true } : {}),
      watchAgain: (connect) => watch(async (made) => made(await orAborted(connect(), left.signal))),
      async watchFirst(connect) {
        const value = await watch(connect);
        isConnected = true;
        return value;
      },
      leave() {
        members.delete(own);
        wasShared = members.size > 0;
        left.abort(transportClosed());
      },
    };
    return own;
  }

  return {
    get target() {
      return target;
    },
    set target(found) {
      target = found;
      for (const { observation } of members) observation.target = found;
    },
    join(observation) {
      observation.target = target;
      for (const secret of secrets) observation.keepSecret(secret);
      const member = memberOf(observation);
      members.add(member);
      return member;
    },
    emit(kind, body) {
      for (const { observation, shared } of members) observation.emit(kind, () => ({ ...body(), ...shared() }));
    },
    keepSecret(secret) {
      secrets.add(secret);
      for (const { observation } of members) observation.keepSecret(secret);
    },
    hears: (topic) => [...members].every(({ observation }) => observation.hears(topic)),
    async watchAgain(connect) {
      let begun: ReturnType<typeof connect> | undefined;
      const connecting = (): ReturnType<typeof connect> => (begun ??= connect());
      // Who is just coming tells of its own wait.
      await Promise.allSettled([...members].filter((each) => each.isConnected()).map((each) => each.watchAgain(connecting)));
      return await connecting();
    },
  };
}
