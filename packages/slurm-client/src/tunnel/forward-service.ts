import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { pipeline, type Duplex } from "node:stream";
import { parseOptions } from "@hpckit/core";
import type { Job } from "../job/job.js";
import { forwardServiceSchema, type ConnectServiceOptions, type ForwardedService, type ForwardServiceOptions } from "./job-service.js";

/** Listens on this machine's loopback for as long as the job runs. */
export async function forwardService(job: Pick<Job, "done">, connect: (options: ConnectServiceOptions) => Promise<Duplex>, options: ForwardServiceOptions = {}): Promise<ForwardedService> {
  const { localPort = 0, onTrouble = () => undefined, signal, ...route } = parseOptions(forwardServiceSchema, options, "job.forward");
  // Errors come at once, and not to the first who uses the port.
  (await connect({ ...route, signal })).on("error", () => undefined).destroy();
  const closing = new AbortController();
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket.on("error", () => undefined).once("close", () => open.delete(socket));
    connect({ ...route, signal: closing.signal }).then(
      (service) => {
        // A client that has gone is no trouble.
        pipeline(socket, service, socket, (error) => {
          if (error && !socket.destroyed && !closing.signal.aborted) onTrouble(error);
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
  await once(server, "listening");
  const close = async (): Promise<void> => {
    if (closing.signal.aborted) return;
    closing.abort();
    const closed = once(server, "close");
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  job.done({ signal: closing.signal }).then(close, () => undefined);
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, close, [Symbol.asyncDispose]: close };
}
