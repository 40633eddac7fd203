import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import getPort from "get-port";
import { ensureDebianPackages } from "../../system/src/index.js";

export interface RegistryOptions {
  /** Name and password without which it gives nothing. */
  readonly account?: { readonly name: string; readonly password: string };
}

/** A registry of container images on the loopback address, over plain HTTP. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** One line for each request that it got. */
  log(): string;
}

/**
 * Starts Debian's docker-registry on a port of its own. It ends with this process, however that ends.
 * @throws MissingRequirementError where it cannot be installed.
 */
export async function startRegistry({ account }: RegistryOptions = {}): Promise<Registry> {
  await ensureDebianPackages(["docker-registry", ...(account === undefined ? [] : ["apache2-utils"])]);
  const folder = await mkdtemp(join(tmpdir(), "hpckit-registry-"));
  const address = `127.0.0.1:${await getPort({ host: "127.0.0.1" })}`;
  const auth = account === undefined ? {} : { auth: { htpasswd: { realm: "hpckit test", path: await writePasswords(folder, account) } } };
  const config = { version: 0.1, log: { accesslog: { disabled: false } }, storage: { filesystem: { rootdirectory: join(folder, "storage") } }, http: { addr: address }, ...auth };
  await writeFile(join(folder, "config.yml"), JSON.stringify(config));
  const server = execa("setpriv", ["--pdeathsig", "KILL", "docker-registry", "serve", join(folder, "config.yml")], { reject: false, all: true, stdin: "ignore", env: { OTEL_TRACES_EXPORTER: "none" } });
  let log = "";
  server.all.on("data", (piece: Buffer) => (log += piece.toString("utf8")));
  const deadline = Date.now() + 15_000;
  while (!(await fetch(`http://${address}/v2/`).then(() => true, () => false))) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error(`docker-registry does not answer:\n${log}`);
    await delay(20);
  }
  return {
    address,
    log: () => log,
    async [Symbol.asyncDispose]() {
      server.kill("SIGKILL");
      await server;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writePasswords(folder: string, { name, password }: { readonly name: string; readonly password: string }): Promise<string> {
  const { stdout } = await execa("htpasswd", ["-niB", name], { input: password });
  await writeFile(join(folder, "passwords"), stdout);
  return join(folder, "passwords");
}
