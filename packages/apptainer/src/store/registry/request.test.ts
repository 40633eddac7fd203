import { once } from "node:events";
import { connect as dial, createServer, type Server, type Socket } from "node:net";
import { AbortedError, TimeoutError, type Transport } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "./request.js";

/** Takes connections, and says what it was told to. */
let server: Server;
let url: URL;
let says = "";
const taken: Socket[] = [];
beforeEach(async () => {
  says = "";
  server = createServer((socket) => {
    taken.push(socket);
    socket.on("error", () => undefined).resume();
    socket.write(says);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = new URL(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/v2/`);
});
afterEach(() => {
  for (const socket of taken.splice(0)) socket.destroy();
  server.close();
});

const on: Transport = { ...scriptedTransport(() => ({})), connect: () => Promise.resolve(dial(Number(url.port), url.hostname)) };

describe("a question to a registry", () => {
  it.each(["", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"])("ends where nothing more comes after %j, and its connection with it", async (text) => {
    says = text;
    await expect(ask(on, url, { headers: {}, timeoutMs: 100 })).rejects.toThrow(new TimeoutError("no answer within 0.1 s"));
    await expect.poll(() => taken.every((socket) => socket.destroyed || socket.readableEnded)).toBe(true);
  });

  it("ends for a handshake that nobody answers", async () => {
    await expect(ask(on, new URL(url.href.replace("http:", "https:")), { headers: {}, timeoutMs: 100 })).rejects.toThrow(TimeoutError);
  });

  it("is aborted by its caller, who is told so", async () => {
    const aborting = new AbortController();
    const asked = ask(on, url, { headers: {}, signal: aborting.signal });
    await expect.poll(() => taken.length).toBe(1);
    aborting.abort();
    await expect(asked).rejects.toThrow(AbortedError);
  });

  it("gives what was answered", async () => {
    says = "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\nx-y: z\r\n\r\nno";
    const answer = await ask(on, url, { headers: {} });
    expect({ ...answer, body: new TextDecoder().decode(answer.body) }).toMatchObject({ status: 404, headers: { "x-y": "z" }, body: "no" });
  });
});
