import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { pipeline, type Duplex } from "node:stream";
import { OptionsError, parseOptions, quietCallback } from "@hpckit/core";
import type { Job } from "../job/job.js";
import { forwardServiceSchema, type ConnectServiceOptions, type ForwardedService, type ForwardServiceOptions } from "./job-service.js";

/** Listens on this machine's loopback for as long as the job runs. */
export async function forwardService(job: Pick<Job, "done">, connect: (options: ConnectServiceOptions) => Promise<Duplex>, options: ForwardServiceOptions = {}): Promise<ForwardedService> {
  const { localPort = 0, onTrouble: tell = () => undefined, waitForStart = true, signal, ...route } = parseOptions(forwardServiceSchema, options, "job.forward");
  const onTrouble = quietCallback("onTrouble of job.forward", tell);
  // Errors come at once, and not to the first who uses the port.
  (await connect({ ...route, waitForStart, signal })).on("error", () => undefined).destroy();
  const closing = new AbortController();
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    // A client that has gone is no trouble.
    let hasLeft = false;
    const leave = (): void => {
      hasLeft = true;
      open.delete(socket);
    };
    socket.once("error", leave).once("close", leave);
    connect({ ...route, signal: closing.signal }).then(
      (service) => {
        service.on("error", (error) => {
          if (!hasLeft && !closing.signal.aborted) onTrouble(error);
        });
        pipeline(socket, service, socket, () => {
          socket.destroy();
          service.destroy();
        });
      },
      (error: unknown) => {
        socket.destroy();
        if (!closing.signal.aborted) onTrouble(error);
      },
    );
  });
  server.listen(localPort, "127.0.0.1");
  await once(server, "listening").catch((error: unknown) => {
    throw new OptionsError("job.forward", [{ path: "localPort", message: `port ${localPort} of this machine cannot be listened on: choose another, or 0 for any that is free` }], { cause: error });
  });
  server.on("error", onTrouble);
  const close = async (): Promise<void> => {
    if (closing.signal.aborted) return;
    closing.abort();
    const closed = once(server, "close");
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  job.done({ signal: closing.signal }).then(close, (error: unknown) => {
    if (closing.signal.aborted) return;
    onTrouble(error);
    void close();
  });
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, close, [Symbol.asyncDispose]: close };
}
