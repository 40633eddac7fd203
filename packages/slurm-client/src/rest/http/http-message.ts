import type { Cancellable } from "@hpckit/core";

export interface HttpRequest extends Cancellable {
  readonly method: "GET" | "POST" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Asked once there is a connection, right before the first byte: with an error nothing is sent, and it is thrown. */
  readonly beforeSending?: (() => Error | undefined) | undefined;
}

/** A whole answer: one that was cut is an error. */
export interface HttpResponse {
  readonly status: number;
  /** Without parameters, in small letters, e.g. `application/json`. */
  readonly contentType: string;
  readonly body: string;
}
