import { AbortedError, onAbort, type Cancellable, type Transport } from "@hpckit/core";

export interface FindOrMake<Value, Absent> extends Cancellable {
  readonly find: () => Promise<{ readonly kind: "there"; readonly value: Value } | { readonly kind: "absent"; readonly absent: Absent }>;
  readonly make: (absent: Absent) => Promise<Value>;
}

/** What this process makes now, by host. */
const makers = new Map<string, Promise<unknown>>();

/**
 * Finds something, or makes it; on hosts over there this process makes one thing at a time.
 *
 * A connection has few channels (four, unless told otherwise), and transports to one host may share it. Who makes something holds one, and its
 * inputs come by another: of many who ask at once, those who wait would hold all of them, and the maker wait for its inputs for ever.
 */
export async function findOrMake<Value, Absent>({ target }: Transport, { find, make, signal }: FindOrMake<Value, Absent>): Promise<Value> {
  for (;;) {
    const found = await find();
    if (found.kind === "there") return found.value;
    if (target.kind === "local") return make(found.absent);
    const other = makers.get(target.host);
    if (other === undefined) {
      const making = make(found.absent);
      makers.set(target.host, making);
      try {
        return await making;
      } finally {
        makers.delete(target.host);
      }
    }
    await ended(other, signal);
  }
}

/** Whatever came of it. */
async function ended(other: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = onAbort(signal, () => reject(new AbortedError("aborted while it waited for its turn; nothing was made", { cause: signal?.reason })));
  });
  try {
    await Promise.race([other.catch(() => undefined), aborted]);
  } finally {
    leave();
  }
}
