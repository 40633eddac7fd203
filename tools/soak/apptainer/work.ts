import type { SshOptions } from "@hpckit/transport";

/** What a client process is told to do. */
export interface ClientWork {
  readonly login: SshOptions;
  readonly root: string;
  readonly registry: string;
  readonly reference: string;
  readonly asks: number;
}

/** What came of one ask. */
export type ClientResult = { readonly kind: "found" | "made"; readonly path: string } | { readonly kind: "failed"; readonly reason: string };
