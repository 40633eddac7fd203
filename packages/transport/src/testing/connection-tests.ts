import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import type { ConnectAddress } from "@hpckit/core";
import type { TransportUnderTest } from "./describe-transport.js";

export function connectionTests(under: () => TransportUnderTest): void {
  const answering = (): Server => createServer((socket) => socket.once("data", (question: Buffer) => socket.end(`heard ${question.toString("utf8")}`)));
  const ask = async (address: ConnectAddress): Promise<string> => {
    const connection = await under().transport.connect(address);
    connection.write("you");
    return text(connection);
  };

  it("reaches a port and a Unix socket", async () => {
    const folder = await mkdtemp(join(tmpdir(), "hpckit-connect-"));
    const [onPort, onPath] = [answering().listen(0, "127.0.0.1"), answering().listen(join(folder, "socket"))];
    try {
      for (const server of [onPort, onPath]) if (!server.listening) await once(server, "listening");
      // The transport may act as another account of this machine.
      await chmod(folder, 0o755);
      await chmod(join(folder, "socket"), 0o777);
      expect(await ask({ host: "127.0.0.1", port: (onPort.address() as AddressInfo).port })).toBe("heard you");
      expect(await ask({ socketPath: join(folder, "socket") })).toBe("heard you");
    } finally {
      onPort.close();
      onPath.close();
      await rm(folder, { recursive: true });
    }
  });

  it("refuses what is no address, and loses nothing by it", async () => {
    const running = under().transport.exec(["sleep", "1"]);
    const wrong: readonly unknown[] = [undefined, "login:22", {}, { port: 22 }, { host: "login" }, { host: "login", port: "22" }, { host: "login", port: 0 }, { socketPath: "" }];
    for (const address of wrong) await expect(under().transport.connect(address as ConnectAddress)).rejects.toMatchObject({ name: "OptionsError" });
    expect((await running).ok).toBe(true);
  });

  it("says that nothing listens", async () => {
    await expect(under().transport.connect({ host: "127.0.0.1", port: 1 })).rejects.toMatchObject({ code: "connection-refused" });
    await expect(under().transport.connect({ socketPath: "/nowhere/socket" })).rejects.toMatchObject({ code: "connection-refused" });
  });
}
