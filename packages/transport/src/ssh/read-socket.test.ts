import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { readSocket, type ReadSocket } from "./read-socket.js";

/** A socket, and the other end of it. */
async function pair(): Promise<{ read: ReadSocket; far: Socket }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const read = readSocket({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  const [far] = (await once(server, "connection")) as [Socket];
  server.close();
  return { read, far };
}

/** Sends words one by one, each after the one before has come; and gives the pieces as they are at the end. */
async function piecesOf({ read, far }: Awaited<ReturnType<typeof pair>>, words: readonly string[]): Promise<readonly string[]> {
  const pieces: Buffer[] = [];
  read.socket.on("data", (piece: Buffer) => pieces.push(piece));
  for (const [index, word] of words.entries()) {
    far.write(word);
    while (pieces.length <= index) await turn();
  }
  far.destroy();
  return pieces.map((piece) => piece.toString());
}

it("gives each piece memory of its own", async () => {
  expect(await piecesOf(await pair(), ["one", "two"])).toEqual(["one", "two"]);
});

it("uses the memory of a piece again where the reader is done with it at once", async () => {
  const both = await pair();
  both.read.copyUnless(() => true);
  expect(await piecesOf(both, ["one", "two"])).toEqual(["two", "two"]);
});

it("keeps what comes before anybody reads", async () => {
  const both = await pair();
  both.read.copyUnless(() => true);
  both.far.write("one");
  while (both.read.socket.readableLength < 3) await turn();
  both.far.write("two");
  while (both.read.socket.readableLength < 6) await turn();
  const whole: Buffer[] = [];
  both.read.socket.on("data", (piece: Buffer) => whole.push(Buffer.from(piece)));
  both.far.end();
  await once(both.read.socket, "end");
  expect(Buffer.concat(whole).toString()).toBe("onetwo");
});
