import type { IncomingMessage } from "node:http";
import { TransportError } from "@hpckit/core";

/**
 * Reads the whole body of an answer, and unpacks it.
 * @throws TransportError `output-too-large`; the stream's own error if it was cut.
 */
export async function readBody(response: IncomingMessage, mostBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response as AsyncIterable<Uint8Array>) {
    size += piece.byteLength;
    if (size > mostBytes) throw tooLarge(mostBytes);
    pieces.push(piece);
  }
  if (!response.complete) throw new TransportError("reply-incomplete", "the answer was cut");
  const body = Buffer.concat(pieces);
  return (response.headers["content-encoding"] === "gzip" ? await unpack(body, mostBytes) : body).toString("utf8");
}

async function unpack(body: Uint8Array, mostBytes: number): Promise<Buffer> {
  const { gunzip } = await import("node:zlib");
  return new Promise((resolve, reject) => {
    gunzip(body, { maxOutputLength: mostBytes }, (error, unpacked) => {
      if (error === null) resolve(unpacked);
      else reject("code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? tooLarge(mostBytes) : error);
    });
  });
}

const tooLarge = (mostBytes: number): TransportError => new TransportError("output-too-large", `the answer is of more than ${mostBytes} bytes`);
