import type { Cancellable } from "@hpckit/core";
import type { ConnectionOptions } from "../reconnect/connection-options.js";
import { surroundings, type Surroundings } from "./surroundings.js";

/** By which program, by which options, and in what surroundings a connection is made. */
export interface ConnectionKey {
  readonly way: ConnectionWay;
  readonly options: object;
  readonly surroundings: Surroundings;
}

export type ConnectionWay = "connectSsh" | "connectSystemSsh";

/** Without what is of one transport alone: who listens to it, and who waits for it. To be compared by `isSameValue`. */
export function connectionKey(way: ConnectionWay, given: ConnectionOptions & Cancellable): ConnectionKey {
  return { way, options: { ...given, logger: undefined, tracer: undefined, signal: undefined }, surroundings: surroundings() };
}
