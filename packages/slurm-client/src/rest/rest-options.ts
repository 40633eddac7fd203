import { millisecondsSchema, Secret, type ConnectAddress } from "@hpckit/core";
import { z } from "zod";
import type { TlsOptions } from "./http/open-connection.js";

/**
 * Where a JSON Web Token comes from. It is asked for again before it expires, and when the server refuses it.
 * - a secret: as it is, as long as it lasts;
 * - a function, for any store of secrets;
 * - a file, here or on the cluster, that something else renews: the token alone, or as `scontrol token` prints it (`SLURM_JWT=…`). One's own that
 *   others may read is refused (`chmod 600`);
 * - `scontrol token` on the login node, where the site lets users make tokens for themselves.
 */
export type RestTokenSource =
  | Secret
  | (() => Secret | Promise<Secret>)
  | { readonly file: string; readonly on: "here" | "cluster" }
  | { readonly scontrol: { readonly lifespanSeconds?: number | undefined } };

/** A slurmrestd, as the login node reaches it: at a Unix socket or at a port. */
export type RestAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; /** Encrypt from here to the server. */ readonly tls?: TlsOptions | undefined };

export interface RestOptions {
  readonly address: RestAddress;
  /** Without, the server must know us by the socket (`rest_auth/local`). @see slurmrestd(8), rest_auth */
  readonly token?: RestTokenSource | undefined;
  /** Whose jobs: by default the login's user. */
  readonly user?: string | undefined;
  /** For one request (default 60 000): with the controller down slurmrestd itself waits 9 to 20 seconds. */
  readonly timeoutMs?: number | undefined;
  /** At a time (default 4). */
  readonly mostConnections?: number | undefined;
  /** Of one answer (default 256 MiB): a queue of 10 000 jobs is 86 MB. */
  readonly mostResponseBytes?: number | undefined;
}

const path = z.string().startsWith("/", { error: "an absolute path" });

const address: z.ZodType<RestAddress> = z.union(
  [
    z.strictObject({ socketPath: path }),
    z.strictObject({
      host: z.string().min(1),
      port: z.int().min(1).max(65_535),
      tls: z.strictObject({ serverName: z.string().min(1).optional(), ca: z.string().min(1).optional() }).optional(),
    }),
  ],
  { error: "{ socketPath } or { host, port, tls? }" },
);

const token: z.ZodType<RestTokenSource> = z.union(
  [
    z.custom<Secret>((value) => value instanceof Secret),
    z.custom<() => Secret | Promise<Secret>>((value) => typeof value === "function"),
    z.strictObject({ file: path, on: z.enum(["here", "cluster"]) }),
    z.strictObject({ scontrol: z.strictObject({ lifespanSeconds: z.int().min(60).optional() }) }),
  ],
  { error: 'secret(…), a function that gives one, { file, on: "here" | "cluster" } or { scontrol: {} }' },
);

export const restOptionsSchema: z.ZodType<RestOptions> = z.strictObject({
  address,
  token: token.optional(),
  // It goes into a header.
  user: z.string().regex(/^[\w.@-]+$/, { error: "the name of a user" }).optional(),
  timeoutMs: millisecondsSchema.optional(),
  mostConnections: z.int().min(1).max(64).optional(),
  mostResponseBytes: z.int().min(1).optional(),
});

/** What a transport connects to. */
export const connectAddress = (rest: RestAddress): ConnectAddress => ("socketPath" in rest ? rest : { host: rest.host, port: rest.port });
