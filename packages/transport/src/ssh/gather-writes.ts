import type { Socket } from "node:net";

/**
 * Hands all that is written in one turn to the system at once. ssh2 writes packet by packet, 32 KiB each, and on a fast wire
 * most of a transfer's time would go into those calls.
 */
export function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...call: unknown[]) => boolean;
  let isGathering = false;
  const send = (): void => {
    isGathering = false;
    socket.uncork();
  };
  socket.write = (...call: unknown[]) => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      process.nextTick(send);
    }
    return write(...call);
  };
}
