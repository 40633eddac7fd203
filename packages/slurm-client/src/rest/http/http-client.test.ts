import { createServer, type RequestListener } from "node:http";
import { connect as connectSocket, createServer as createSocketServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { gzipSync } from "node:zlib";
import { AbortedError, TimeoutError, TransportError } from "@hpckit/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createHttpClient, type HttpClient, type HttpClientOptions } from "./http-client.js";

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUp.splice(0)) clean();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUp.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const openTo = (port: number) => (): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const socket = connectSocket(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", (error) => reject(new TransportError("connection-refused", error.message)));
  });

interface UnderTest {
  readonly client: HttpClient;
  /** How many connections were opened. */
  readonly opened: () => number;
}

function clientOf(port: number, options: Partial<HttpClientOptions> = {}): UnderTest {
  let count = 0;
  const open = (): Promise<Duplex> => {
    count += 1;
    return openTo(port)();
  };
  return { client: createHttpClient({ open, host: "localhost", timeoutMs: 2000, mostResponseBytes: 100_000, idleMs: 1000, ...options }), opened: () => count };
}

const http = async (listener: RequestListener, options?: Partial<HttpClientOptions>): Promise<UnderTest> => clientOf(await listen(createServer(listener)), options);

/** A server of which every byte is said here; it ends the connection, or leaves it. */
async function raw(answer: string | ((socket: Socket, count: number) => void), options?: Partial<HttpClientOptions>): Promise<UnderTest> {
  let count = 0;
  const server = createSocketServer((socket) => {
    socket.on("data", () => {
      count += 1;
      if (typeof answer === "string") socket.end(answer);
      else answer(socket, count);
    });
  });
  return clientOf(await listen(server), options);
}

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then((value) => ({ resolved: value }), (error: unknown) => error);
const get = { method: "GET", path: "/slurm/v0.0.42/ping?x=secret" } as const;

describe("an HTTP client over a transport's connections", () => {
  it("sends a request and gives the whole answer", async () => {
    const { client } = await http((request, response) => {
      let body = "";
      request.on("data", (piece: Buffer) => (body += piece.toString()));
      request.on("end", () => {
        response.writeHead(202, { "content-type": "application/json; charset=utf-8" });
        response.end(JSON.stringify({ method: request.method, url: request.url, body, host: request.headers.host, token: request.headers["x-token"] }));
      });
    });
    const answer = await client.send({ method: "POST", path: "/a?b=c", headers: { "x-token": "t" }, body: '"é"' });
    expect(answer).toMatchObject({ status: 202, contentType: "application/json" });
    expect(JSON.parse(answer.body)).toEqual({ method: "POST", url: "/a?b=c", body: '"é"', host: "localhost", token: "t" });
  });

  it("uses a connection again for reading, and a new one for what changes something", async () => {
    const { client, opened } = await http((_, response) => response.end("{}"));
    for (let time = 0; time < 5; time += 1) await client.send(get);
    expect(opened()).toBe(1);
    await client.send({ ...get, method: "DELETE" });
    expect(opened()).toBe(2);
  });

  it("closes a connection that lies idle", async () => {
    const { client, opened } = await http((_, response) => response.end("{}"), { idleMs: 20 });
    await client.send(get);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.send(get);
    expect(opened()).toBe(2);
  });

  it("reads once more where the server closed the idle connection just then", async () => {
    const { client, opened } = await raw((socket, count) => {
      if (count === 2) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    });
    await client.send(get);
    expect(await client.send(get)).toMatchObject({ status: 200 });
    expect(opened()).toBe(2);
  });

  it("never repeats what changes something", async () => {
    let received = 0;
    const { client } = await raw((socket) => {
      received += 1;
      socket.destroy();
    });
    expect(await failure(client.send({ ...get, method: "POST", body: "{}" }))).toMatchObject({ name: "TransportError", code: "reply-incomplete" });
    expect(received).toBe(1);
  });

  it.each([
    ["a body that is cut", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"jobs\": []"],
    ["chunks that are cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"],
    ["headers that are cut", "HTTP/1.1 200 OK\r\nContent-Le"],
    ["no answer at all", ""],
    ["what is no HTTP", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"],
    ["a body packed otherwise than said", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"],
  ])("takes %s for no answer", async (_, answer) => {
    const { client } = await raw(answer);
    expect(await failure(client.send(get))).toMatchObject({ name: "TransportError", code: "reply-incomplete", retryable: true });
  });

  it("takes no more of a longer body than was announced, and nothing of it for the next answer", async () => {
    const { client } = await raw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a": 1}\n'));
    expect((await client.send(get)).body).toBe("{}");
    expect((await client.send(get)).body).toBe("{}");
  });

  it("takes a whole answer behind which a connection that is to be closed has more", async () => {
    const { client } = await raw('HTTP/1.1 404 NOT FOUND\r\nConnection: Close\r\nContent-Length: 2\r\n\r\n{}Connection: Close\r\n');
    expect(await client.send(get)).toMatchObject({ status: 404, body: "{}" });
    expect(await client.send({ ...get, method: "DELETE" })).toMatchObject({ status: 404, body: "{}" });
  });

  it("gives up an answer that is too slow, also one that keeps dripping", async () => {
    const silent = await raw(() => undefined, { timeoutMs: 100 });
    expect(await failure(silent.client.send(get))).toBeInstanceOf(TimeoutError);
    const dripping = await raw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 10);
      socket.on("close", () => clearInterval(timer));
    }, { timeoutMs: 150 });
    expect(await failure(dripping.client.send(get))).toBeInstanceOf(TimeoutError);
  });

  it("can be aborted, before and while it waits", async () => {
    const { client } = await raw(() => undefined);
    expect(await failure(client.send({ ...get, signal: AbortSignal.abort() }))).toBeInstanceOf(AbortedError);
    expect(await failure(client.send({ ...get, signal: AbortSignal.timeout(50) }))).toBeInstanceOf(AbortedError);
  });

  it("gives up a connection that does not come to be, and says that nothing was sent", async () => {
    const given: (AbortSignal | undefined)[] = [];
    const open = ({ signal }: { readonly signal?: AbortSignal | undefined }): Promise<Duplex> => {
      given.push(signal);
      return new Promise(() => undefined);
    };
    const { client } = clientOf(1, { open, timeoutMs: 50 });
    expect(await failure(client.send(get))).toMatchObject({ name: "TimeoutError", message: expect.stringContaining("no connection within 50 ms") as string, retryable: true });
    const leaving = new AbortController();
    const left = failure(clientOf(1, { open }).client.send({ ...get, method: "POST", signal: leaving.signal }));
    await vi.waitFor(() => expect(given).toHaveLength(2));
    leaving.abort();
    expect(await left).toMatchObject({ name: "AbortedError", message: expect.stringContaining("nothing was sent") as string });
    expect(given.map((signal) => signal?.aborted)).toEqual([true, true]);
  });

  it.each(["a new connection", "one that answered just now"])("asks right before it sends over %s, and sends nothing against the answer", async (which) => {
    const received: string[] = [];
    const { client } = await http((request, response) => {
      received.push(request.url ?? "");
      response.end("{}");
    });
    const post = { method: "POST", body: "{}" } as const;
    if (which !== "a new connection") await client.send({ ...post, path: "/before" });
    const tooLate = new AbortedError("too late");
    expect(await failure(client.send({ ...post, path: "/never", beforeSending: () => tooLate }))).toBe(tooLate);
    await client.send({ ...post, path: "/after", beforeSending: () => undefined });
    expect(received.filter((path) => path !== "/before")).toEqual(["/after"]);
  });

  it("refuses answers that are too large, packed ones too", async () => {
    const large = Buffer.alloc(200_000, 0x20);
    const plain = await http((_, response) => response.end(large));
    expect(await failure(plain.client.send(get))).toMatchObject({ code: "output-too-large" });
    const packed = await http((_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(large)));
    expect(await failure(packed.client.send(get))).toMatchObject({ code: "output-too-large" });
  });

  it("unpacks what the server packed", async () => {
    const { client } = await http((request, response) => {
      expect(request.headers["accept-encoding"]).toBe("gzip");
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('{"a":"é"}'));
    });
    expect((await client.send(get)).body).toBe('{"a":"é"}');
  });

  it("follows no redirect", async () => {
    let received = 0;
    const { client } = await http((_, response) => {
      received += 1;
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    expect(await client.send(get)).toMatchObject({ status: 302 });
    expect(received).toBe(1);
  });

  it("says when nothing could be sent, and shows no query", async () => {
    const refused = clientOf(1);
    const error = await failure(refused.client.send(get));
    expect(error).toMatchObject({ code: "connection-refused" });
    const { client } = await raw("");
    expect(String(await failure(client.send(get)))).not.toContain("secret");
  });
});
