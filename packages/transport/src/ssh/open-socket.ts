import { TransportError } from "@hpckit/core";
import { untilConnected } from "../channel/until-connected.js";
import { nameOf } from "../manners/login-address.js";
import { gatherWrites } from "./gather-writes.js";
import { hungUp } from "./login-failure.js";
import { readSocket, type ReadSocket } from "./read-socket.js";
import type { SshLogin } from "./ssh-login.js";

/** A connection of this machine to the server's port. */
export async function openSocket(login: SshLogin, signal: AbortSignal): Promise<ReadSocket> {
  const { host, port, network } = login;
  // A socket with noDelay from the start: ssh2's own waits for the first acknowledgements.
  const read = readSocket({ host, port, noDelay: true, family: network.family, localAddress: network.localAddress });
  await untilConnected(read.socket, signal, (cause) => connectionRefused(nameOf(login), cause));
  gatherWrites(read.socket);
  return read;
}

function connectionRefused(where: string, cause: NodeJS.ErrnoException): TransportError {
  if (cause.code === "ECONNRESET") return hungUp(where, cause.message, { cause });
  const isUnknown = cause.code === "ENOTFOUND";
  const why = isUnknown ? "the name of the host is not known" : cause.code === "ECONNREFUSED" ? "nothing listens there" : cause.message;
  return new TransportError("connection-refused", `${where}: cannot connect: ${why}`, { cause, retryable: !isUnknown, detail: { errno: cause.code } });
}
