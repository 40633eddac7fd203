import { rm } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { OptionsError, TransportError, type ConnectAddress } from "@hpckit/core";
import { channelWindow } from "../channel/channel-window.js";
import { duplexOf } from "../channel/duplex-of.js";
import { orAborted } from "../guard/stopping.js";
import { findLoss } from "./find-loss.js";
import { forwardArguments, portArguments } from "./ssh-arguments.js";
import { lastLines } from "./ssh-failure.js";
import type { Listening, SshMaster } from "./ssh-master.js";
import type { SshProcess } from "./ssh-process.js";
import { untilOpen } from "./ssh-session.js";
import { forwardableHost, forwardablePath } from "./system-ssh-options.js";

/** The master says why the server refused shortly before or after ssh itself gives up. */
const sayingMs = 500;

/** Makes connections from over there, through the master's connection. */
export function connectThrough(master: SshMaster, host: string): (address: ConnectAddress, signal: AbortSignal) => Promise<Duplex> {
  // One at a time: only the master is told why a server refuses, and it does not say which connection it means.
  const turn = channelWindow(1);
  let sockets = 0;

  return async (address, signal) => {
    const leave = await turn.enter(signal);
    using listening = master.listen();
    try {
      return await ("socketPath" in address ? connectToSocket(address.socketPath, listening, signal) : connectToPort(address, listening, signal));
    } finally {
      leave();
    }
  };

  function asDuplex(input: Writable, output: Readable, destroy: () => void): Duplex {
    return duplexOf({ input, output, destroy, findLoss: () => findLoss(master) });
  }

  async function connectToPort(address: { readonly host: string; readonly port: number }, listening: Listening, signal: AbortSignal): Promise<Duplex> {
    if (!forwardableHost.test(address.host)) throw new OptionsError("address", [{ path: "host", message: "not a name or address of a host" }]);
    const child = await master.join(portArguments(master.socketPath, address.host, address.port));
    try {
      const { isOpen } = await orAborted(untilOpen(child), signal);
      if (!isOpen) throw await refusal(`${address.host}:${address.port}`, listening, signal);
      // Read on for nobody.
      child.stderr.resume();
      return asDuplex(child.stdin, child.stdout, () => child.kill());
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  /** `ssh -W` knows no Unix sockets: a socket on this side leads there, for as long as one connection takes to be made. */
  async function connectToSocket(path: string, listening: Listening, signal: AbortSignal): Promise<Duplex> {
    if (!forwardablePath.test(path)) {
      throw new TransportError("not-supported", `ssh cannot lead to a socket of this name, which must be absolute and without any of % $ : \\ [ ]: ${path}`, { detail: { path } });
    }
    const local = join(master.folder, `to-${sockets++}`);
    const request = async (kind: "forward" | "cancel"): Promise<void> => {
      const child = await master.join(forwardArguments(master.socketPath, kind, local, path));
      child.stdout.resume();
      const said = untilOpen(child);
      if ((await orAborted(child.exit, signal)) !== 0) throw new TransportError("connection-refused", `${host} cannot connect to ${path}: ${lastLines((await said).said)}`);
    };
    let socket: Socket | undefined;
    try {
      await request("forward");
      socket = createConnection({ path: local });
      if (!(await leadsThere(socket, signal))) throw await refusal(path, listening, signal);
      await request("cancel");
      const made = socket;
      return asDuplex(made, made, () => made.destroy());
    } catch (error) {
      socket?.destroy();
      throw error;
    } finally {
      await rm(local, { force: true });
    }
  }

  /**
   * The socket on this side accepts before the server has been asked, and closes if it then refuses. A server answers in order: once it has
   * answered a request that was made later (a port that hardly anything listens on), it has refused the socket, or never will.
   */
  async function leadsThere(socket: Socket, signal: AbortSignal): Promise<boolean> {
    let isClosed = false;
    const onClose = (): void => void (isClosed = true);
    socket.once("end", onClose).once("close", onClose);
    socket.on("error", () => undefined);
    let later: SshProcess | undefined;
    try {
      await orAborted(new Promise((resolve) => socket.once("connect", resolve).once("close", resolve)), signal);
      later = await master.join(portArguments(master.socketPath, "127.0.0.1", 1));
      await orAborted(untilOpen(later), signal);
    } finally {
      if (later !== undefined) later.kill();
    }
    // An end is told only to those who read.
    const first = socket.read() as Buffer | null;
    if (first !== null) socket.unshift(first);
    await nextTurn();
    socket.off("end", onClose).off("close", onClose);
    return !isClosed;
  }

  async function refusal(name: string, listening: Listening, signal: AbortSignal): Promise<TransportError> {
    const reason = (): string | undefined => /open failed: (.*)/.exec(listening.said())?.[1]?.trim();
    for (let waited = 0; reason() === undefined && waited < sayingMs; waited += 10) await orAborted(delay(10), signal);
    const why = reason() ?? "the server refuses";
    if (why.startsWith("administratively prohibited")) {
      return new TransportError("not-supported", `${host} does not allow connections through it (AllowTcpForwarding, AllowStreamLocalForwarding): ${name}`, { detail: { why } });
    }
    return new TransportError("connection-refused", `${host} cannot connect to ${name}: ${why}`, { detail: { why } });
  }
}
