import { once } from "node:events";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import type { Transport } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { openRelay, type RelayTarget } from "./open-relay.js";
import { relayReady } from "./relay-script.js";

const target: RelayTarget = { jobId: "12", node: "c2", service: { port: 80 }, readyMs: 0, ended: () => new Promise(() => undefined) };
const open = (transport: Transport, changes: Partial<RelayTarget> = {}): Promise<Duplex> => openRelay(scriptedContext(transport), { ...target, ...changes }, {});
const mpiTypes = { stdout: "MPI plugin types are...\n\tnone\n" };
const srun = (reply: ScriptedReply): ScriptedTransport => scriptedTransport(({ argv }) => (argv.includes("--mpi=list") ? mpiTypes : argv.includes("srun") ? reply : {}));

/** A step that never ends by itself: it says one thing, and ends when it is aborted. */
function staying(stdout: string): Transport {
  return {
    ...srun({}),
    stream: (_, { signal } = {}) => {
      const result = new Promise<never>((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
      result.catch(() => undefined);
      async function* bytes(): AsyncGenerator<Uint8Array> {
        yield Buffer.from(stdout);
        await result;
      }
      return { result, bytes, [Symbol.asyncIterator]: () => (async function* () { yield await result; })() };
    },
  };
}

describe("a connection by a step", () => {
  it("begins after the relay's word, whatever a site's prolog says before it", async () => {
    const connection = await open(srun({ stdout: `Welcome\nto c2${relayReady}from the service\n` }));
    expect(await text(connection)).toBe("from the service\n");
  });

  it("is given up where the step says too much else, and does not wait for its end", async () => {
    await expect(open(staying("no service\n".repeat(10_000)))).rejects.toMatchObject({ code: "service-unreachable", message: expect.stringContaining("says other things") as string });
  });

  it("ends where the service has ended it, also for what is still written", async () => {
    const connection = await open(srun({ stdout: relayReady }));
    connection.write(Buffer.alloc(1_000_000));
    connection.resume();
    await once(connection, "close");
    expect(connection.writable).toBe(false);
  });

  it("fails where its step was ended", async () => {
    const connection = await open(srun({ stdout: `${relayReady}half`, exitCode: 143 }));
    connection.resume();
    await expect(once(connection, "close")).rejects.toMatchObject({ code: "service-unreachable", message: expect.stringContaining("most likely with the job") as string });
  });

  it("fails where its job has ended, and srun stays", async () => {
    const connection = await open(staying(relayReady), { ended: () => Promise.resolve() });
    connection.resume();
    await expect(once(connection, "close")).rejects.toThrow("most likely with the job");
  });

  it("starts in the component of the node", async () => {
    const transport = srun({ stdout: relayReady });
    (await open(transport, { component: 1 })).destroy();
    await open(transport);
    const groups = transport.calls.filter(({ argv }) => argv.includes("--jobid=12")).map(({ argv }) => argv.filter((word) => word.startsWith("--het-group")));
    expect(groups).toEqual([["--het-group=1"], []]);
  });
});
