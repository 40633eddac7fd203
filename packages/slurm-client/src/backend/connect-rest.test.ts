import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { OptionsError } from "@hpckit/core";
import { manualClock, scriptedTransport } from "@hpckit/core/testing";
import { expect, it } from "vitest";
import { facts } from "../fixtures/scripted-slurm.js";
import { connectRestBackend } from "./connect-rest.js";

it("refuses a slurmrestd of another cluster: its ids are other jobs'", async () => {
  const server = createServer((_, response) => response.writeHead(200, { "content-type": "application/json" }).end('{"meta": {"slurm": {"cluster": "other"}}, "errors": []}'));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const transport = {
    ...scriptedTransport(() => ({})),
    connect: () => new Promise<ReturnType<typeof connect>>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(socket));
    }),
  };
  const connectTo = (name: string): Promise<unknown> => connectRestBackend({ address: { host: "rest.example", port } }, { commandLine: { transport, programs: { binFolder: undefined, keepVariables: [] }, facts: { ...facts, name } }, clock: manualClock(0) }, {});
  try {
    await expect(connectTo("here")).rejects.toThrow(OptionsError);
    await expect(connectTo("here")).rejects.toThrow("speaks for the cluster other");
    expect(await connectTo("other")).toMatchObject({ rest: { version: "v0.0.45" } });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
