import type { SignInMethod } from "../config/sign-in-methods.js";

/** What to try next, of the keys that are there and of what can be asked. */
export type SignInStep =
  | { readonly kind: "key"; readonly index: number }
  | { readonly kind: "ask"; readonly method: "keyboard-interactive" | "password" }
  /** With nothing in hand the server is asked what it takes, for the error. */
  | { readonly kind: "none" };

/** What a server said to the last attempt. */
export interface AttemptRefused {
  /** What it would take now. */
  readonly methods: readonly string[];
  /** The last attempt was accepted, and another of these is needed as well. */
  readonly isPartial: boolean;
}

/** The order of attempts, as far as it does not depend on anything but what the server says. */
export interface SignInSteps {
  /** @returns `undefined` where nothing is left that may be tried. */
  next(said: AttemptRefused | undefined): SignInStep | undefined;
}

export interface SignInMeans {
  readonly keyCount: number;
  readonly methods: ReadonlySet<SignInMethod>;
  readonly canAsk: boolean;
  /** Whether a question has been put since the last call. */
  readonly hasAsked: () => boolean;
}

/**
 * Keys come first, then questions. A question that was answered and refused is the end: neither it nor another way to ask the same is tried
 * again, since what was answered may be used up, and servers lock accounts.
 */
export function signInSteps({ keyCount, methods, canAsk, hasAsked }: SignInMeans): SignInSteps {
  let nextKey = 0;
  let last: SignInStep | undefined;
  const refusedWays = new Set<string>();
  const step = (said: AttemptRefused | undefined): SignInStep | undefined => {
    const takes = (method: SignInMethod): boolean => methods.has(method) && (said?.methods.includes(method) ?? true);
    if (last?.kind === "ask" && said?.isPartial !== true) {
      if (hasAsked()) return undefined;
      refusedWays.add(last.method);
    }
    if (takes("publickey") && nextKey < keyCount) return { kind: "key", index: nextKey++ };
    const way = (["keyboard-interactive", "password"] as const).find((method) => takes(method) && !refusedWays.has(method));
    if (canAsk && way !== undefined) return { kind: "ask", method: way };
    return said === undefined ? { kind: "none" } : undefined;
  };
  return { next: (said) => (last = step(said)) };
}
