import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface PackageIndex extends AsyncDisposable {
  /** With user and password in it, if one is asked for. */
  readonly url: string;
}

/** Serves the wheels of a folder as a package index. The clusters share this machine's network. @see PEP 503 */
export async function servePackages(folder: string, { password }: { readonly password?: string } = {}): Promise<PackageIndex> {
  const expected = password === undefined ? undefined : `Basic ${Buffer.from(`user:${password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    if (expected !== undefined && request.headers.authorization !== expected) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="packages"' }).end();
      return;
    }
    const body = answer(folder, request);
    response.writeHead(body === undefined ? 404 : 200, { "content-type": typeof body === "string" ? "text/html" : "application/octet-stream" }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${password === undefined ? "" : `user:${password}@`}127.0.0.1:${port}/simple`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function answer(folder: string, { url = "" }: IncomingMessage): string | Buffer | undefined {
  const [, kind, name = ""] = /^\/(simple|files)\/([^/]+)\/?$/.exec(url) ?? [];
  const files = readdirSync(folder).filter((file) => /\.(?:whl|tar\.gz)$/.test(file));
  if (kind === "files") return files.includes(name) ? readFileSync(join(folder, name)) : undefined;
  const own = files.filter((file) => file.split("-")[0]?.replaceAll("_", "-") === name);
  if (kind === undefined || own.length === 0) return undefined;
  return own.map((file) => `<a href="/files/${file}#sha256=${createHash("sha256").update(readFileSync(join(folder, file))).digest("hex")}">${file}</a><br>\n`).join("");
}
