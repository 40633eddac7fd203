import { createConnection, type Socket, type TcpNetConnectOpts } from "node:net";

/** A connection of this machine that reads into the same memory again and again. */
export interface ReadSocket {
  readonly socket: Socket;
  /** From now on no piece is copied while this says that whoever reads the socket is done with each piece at once. */
  copyUnless(isDoneAtOnce: () => boolean): void;
}

/** More at a time than Node's own 64 KiB: fewer packets come in two pieces. */
const pieceBytes = 256 * 1024;

/** New memory for each piece costs as much as to decrypt it, most of it for collecting garbage: V8 looks through its heap for every few megabytes. */
export function readSocket(options: TcpNetConnectOpts): ReadSocket {
  let isDoneAtOnce = (): boolean => false;
  const socket: Socket = createConnection({
    ...options,
    onread: {
      buffer: Buffer.allocUnsafeSlow(pieceBytes),
      callback(length, { buffer }) {
        const piece = Buffer.from(buffer, 0, length);
        // A stream that does not flow keeps what it is given.
        const isKept = socket.readableFlowing !== true || socket.readableLength > 0 || !isDoneAtOnce();
        return socket.push(isKept ? Buffer.from(piece) : piece);
      },
    },
  });
  return { socket, copyUnless: (isDone) => void (isDoneAtOnce = isDone) };
}
