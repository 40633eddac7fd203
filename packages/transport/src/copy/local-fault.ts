import { HpckitError, TransportError, type TransportFault } from "@hpckit/core";

const faults: Readonly<Record<string, TransportFault>> = {
  ENOENT: "file-not-found",
  ENOTDIR: "not-supported",
  EACCES: "permission-denied",
  EPERM: "permission-denied",
  EROFS: "permission-denied",
  ENOSPC: "disk-full",
  EDQUOT: "disk-full",
  EEXIST: "file-exists",
  EISDIR: "not-supported",
};

/** What the file system of this machine refused, in a transport's words. */
export function localFault(what: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof HpckitError || !("code" in cause)) return cause;
  return new TransportError(faults[String(cause.code)] ?? "file-failed", `${what} here: ${cause.message}`, { cause });
}

/** Waits for what is done on this machine; what is refused there is a {@link localFault}. */
export const attempting =
  (what: string) =>
  async <Value>(doing: Promise<Value>): Promise<Value> =>
    doing.catch((cause: unknown) => Promise.reject(localFault(what, cause) as Error));

/** Whether the file system has refused something with one of these, e.g. `ENOENT` (errno(3)). */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean => error instanceof Error && "code" in error && codes.includes(String(error.code));
