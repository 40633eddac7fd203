import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nothingListensStatus, relayReady, renderPortRelay, renderSocketRelay } from "./relay-script.js";

async function listening(at: number | string, serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, serve).listen(typeof at === "number" ? { port: at, host: "127.0.0.1" } : { path: at });
  await once(server, "listening");
  return server;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const start = (script: string): ChildProcessWithoutNullStreams => spawn("bash", ["-c", script], { env: { ...process.env, SLURMD_NODENAME: "localhost" } });
async function ended(relay: ChildProcessWithoutNullStreams): Promise<{ readonly status: number | null; readonly bytes: Buffer }> {
  const pieces: Buffer[] = [];
  relay.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  const [status] = (await once(relay, "close")) as [number | null];
  return { status, bytes: Buffer.concat(pieces) };
}

describe("the relay to a port", () => {
  it("hands bytes on in both directions, and ends with the service", async () => {
    const sent = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 256));
    const server = await listening(0, (socket) => {
      let count = 0;
      socket.on("data", (piece: Buffer) => {
        socket.write(piece);
        count += piece.length;
        if (count === sent.length) socket.end();
      });
    });
    const relay = start(renderPortRelay(portOf(server), 5).shell);
    relay.stdin.write(sent);
    const { status, bytes } = await ended(relay);
    expect(status).toBe(0);
    expect(bytes.equals(Buffer.concat([Buffer.from(relayReady), sent]))).toBe(true);
    server.close();
  });

  it("waits until something listens, and not for ever", async () => {
    const free = await listening(0, () => undefined);
    const port = portOf(free);
    free.close();
    const never = ended(start(renderPortRelay(port, 1).shell));
    expect(await never).toMatchObject({ status: nothingListensStatus, bytes: Buffer.alloc(0) });
    const later = ended(start(renderPortRelay(port, 10).shell));
    await new Promise((resolve) => setTimeout(resolve, 700));
    const server = await listening(port, (socket) => socket.end("there"));
    expect((await later).bytes.toString()).toBe(`${relayReady}there`);
    server.close();
  });

  it("does not wait for ever for a service that goes on, and takes that for no success", { timeout: 20_000 }, async () => {
    const server = await listening(0, (socket) => socket.write("half"));
    const relay = start(renderPortRelay(portOf(server), 5).shell);
    relay.stdin.end();
    const { status, bytes } = await ended(relay);
    expect(status).not.toBe(0);
    expect(bytes.toString()).toBe(`${relayReady}half`);
    server.close();
  });
});

describe("the relay to a Unix socket", () => {
  it("is told its path byte for byte, whichever program it is by", () => {
    const { shell } = renderSocketRelay("/x/it's, é", 5);
    expect(shell).toContain("socat -t 60 - 'UNIX-CONNECT:/x/it\\'\\''s\\,\\ \\é'");
    expect(shell).toContain("'/x/it'\\''s, é'");
  });

  it("hands on also that one direction has ended", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hpckit relay'-"));
    const server = await listening(join(folder, "s"), (socket) => {
      let count = 0;
      socket.on("data", (piece: Buffer) => (count += piece.length)).on("end", () => socket.end(`${count} bytes`));
    });
    try {
      const relay = start(renderSocketRelay(join(folder, "s"), 5).shell);
      relay.stdin.end(Buffer.alloc(100_000));
      expect(await ended(relay)).toMatchObject({ status: 0, bytes: Buffer.from(`${relayReady}100000 bytes`) });
      expect(await ended(start(renderSocketRelay(join(folder, "none"), 0).shell))).toMatchObject({ status: nothingListensStatus });
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
