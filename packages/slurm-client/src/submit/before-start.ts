import { TransportError } from "@hpckit/core";

const codes: ReadonlySet<string> = new Set(["connection-refused", "authentication-failed", "host-key-refused"]);

/** A fault that comes before anything is sent over there. */
export const isBeforeStart = (error: unknown): error is TransportError => error instanceof TransportError && codes.has(error.code);
