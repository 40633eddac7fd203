import { OptionsError } from "@hpckit/core";

/** One host of `ProxyJump`. */
export interface Jump {
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * Reads `ProxyJump` as `ssh -G` prints it: `user@host:port`, or a URI, with commas between them.
 * @see ssh_config(5), ProxyJump
 */
export function parseJumps(written: string | undefined): readonly Jump[] {
  if (written === undefined || written === "none") return [];
  return written.split(",").map((each) => {
    const [, user, address, name, port] = /^(?:ssh:\/\/)?(?:([^/]*)@)?(?:\[([^\]]+)\]|([^@:/[\]]+))(?::(\d+))?\/?$/.exec(each.trim()) ?? [];
    const host = address ?? name;
    if (host === undefined) throw new OptionsError("ssh's configuration", [{ path: "ProxyJump", message: `not a host: ${each}` }]);
    return { host, user, port: port === undefined ? undefined : Number(port) };
  });
}
