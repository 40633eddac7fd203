/** What logins and commands wait for, told as it happens: no wait is silent. */
export type ConnectionEvent =
  | { readonly kind: "login-waiting"; readonly account: string; readonly for: "another-login" }
  | { readonly kind: "login-waiting"; readonly account: string; readonly for: "rate"; readonly waitMs: number; readonly perMinute: number }
  /** With the error of one that failed. `inLastMinute` counts the logins of this process that have reached the server. */
  | { readonly kind: "login-ended"; readonly account: string; readonly error: unknown; readonly inLastMinute: number }
  | { readonly kind: "command-waiting"; readonly account: string; readonly waitMs: number; readonly perMinute: number }
  /** The next try to connect again is made after so long. */
  | { readonly kind: "reconnect-waiting"; readonly waitMs: number }
  /** Calls fail at once for so long. */
  | { readonly kind: "reconnect-paused"; readonly waitMs: number; readonly failures: number };

export type ConnectionListener = (event: ConnectionEvent) => void;
