import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { promisify } from "node:util";
import { compose, secret, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testCluster, testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type RestOptions, type Slurm } from "../src/index.js";

const openssl = (...words: string[]): Promise<unknown> => promisify(execFile)("openssl", words);

/** An authority of our own, and a certificate of it for this name and for the loopback address. */
async function makeCertificates(folder: string): Promise<{ readonly ca: string; readonly cert: string; readonly key: string }> {
  const file = (name: string): string => join(folder, name);
  await openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tests", "-keyout", file("ca.key"), "-out", file("ca.pem"));
  await openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=rest.example", "-keyout", file("key.pem"), "-out", file("request.pem"));
  await writeFile(file("names"), "subjectAltName=DNS:rest.example,IP:127.0.0.1\n");
  await openssl("x509", "-req", "-days", "2", "-in", file("request.pem"), "-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-extfile", file("names"), "-out", file("cert.pem"));
  const [ca, cert, key] = await Promise.all(["ca.pem", "cert.pem", "key.pem"].map((name) => readFile(file(name), "utf8")));
  return { ca: ca ?? "", cert: cert ?? "", key: key ?? "" };
}

describe.each(testedSeries)("slurmrestd of %s behind TLS", (series) => {
  let login: Transport;
  let folder: string;
  let ca: string;
  let proxy: Server;
  let received = 0;
  beforeAll(async () => {
    login = await signIn(series);
    folder = await mkdtemp(join(tmpdir(), "hpckit-tls-"));
    const { rest } = await testCluster(series);
    const certificates = await makeCertificates(folder);
    ca = certificates.ca;
    proxy = createServer({ cert: certificates.cert, key: certificates.key }, (socket) => {
      const upstream = connect(rest.port, rest.host);
      socket.on("data", (piece: Buffer) => (received += piece.length));
      socket.pipe(upstream).pipe(socket);
      for (const each of [socket, upstream]) each.on("error", () => (socket.destroy(), upstream.destroy()));
    });
    proxy.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    proxy.close();
    await rm(folder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  const over = async (tls: NonNullable<Extract<RestOptions["address"], { host: string }>["tls"]>): Promise<Slurm> => {
    const { rest } = await testCluster(series);
    return connectSlurm(login, { pollIntervalMs: 1000, rest: { address: { host: "127.0.0.1", port: (proxy.address() as AddressInfo).port, tls }, token: async () => secret(await rest.createToken("alice")) } });
  };

  it("is used by its address, or by the name in its certificate", async () => {
    for (const tls of [{ ca }, { ca, serverName: "rest.example" }]) {
      const slurm = await over(tls);
      const job = await slurm.submit({ name: "tls", time: "5m", memory: "20M", output: "/dev/null", launch: compose(["true"]) });
      expect((await job.done()).kind).toBe("completed");
    }
  });

  it.each([
    ["of another name", () => ({ ca, serverName: "other.example" }), /does not match|altnames/i],
    ["that nobody whom we know vouches for", () => ({}), /self-signed|unable to (?:get|verify)/i],
  ])("is told nothing, the token neither, with a certificate %s", async (_, tls, says) => {
    const before = received;
    await expect(over(tls())).rejects.toMatchObject({ code: "connection-refused", retryable: false, message: expect.stringMatching(says) as string });
    expect(received).toBe(before);
  });
});
