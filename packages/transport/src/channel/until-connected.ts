import type { Socket } from "node:net";
import { orAborted } from "../guard/stopping.js";

/**
 * Waits for a socket that connects. One that does not is let go. Its errors have a listener for good, as there can be more than one.
 * @param refused - makes the error to throw of that of the system.
 */
export async function untilConnected(socket: Socket, signal: AbortSignal | undefined, refused: (cause: NodeJS.ErrnoException) => Error): Promise<void> {
  const connected = new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.on("error", (cause) => reject(refused(cause)));
  });
  try {
    await orAborted(connected, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
