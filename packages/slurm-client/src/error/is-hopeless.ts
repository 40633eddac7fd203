import { HpckitError, TransportError } from "@hpckit/core";

/** Failures that no later try can mend, e.g. of a connection that was closed; all others are tried again, because they say nothing about a job. */
export const isHopeless = (error: unknown): boolean => !(error instanceof HpckitError) || (error instanceof TransportError && !error.retryable);
