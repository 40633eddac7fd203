import type { Cancellable } from "../transport/transport.js";

/** What live and waiting work uses. Whoever removes something asks first; unknown means keep. */
export type LiveUses =
  | { readonly kind: "known"; readonly used: readonly string[] }
  | { readonly kind: "unknown"; readonly reason: string };

/** Whoever knows what runs and waits, e.g. the jobs of a cluster. */
export interface LiveWork {
  /** Which of these absolute paths live or waiting work names, itself or something in it. */
  uses(paths: readonly string[], options?: Cancellable): Promise<LiveUses>;
}
