import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { agentClient } from "./agent-client.js";

it("an agent that refuses, hangs up, answers nonsense or is not there is an error", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hpckit-agent-"));
  const socketPath = join(folder, "agent");
  const answers: (readonly [Buffer, string])[] = [
    [Buffer.of(0, 0, 0, 1, 5), "refuses"],
    [Buffer.alloc(0), "closed the connection"],
    [Buffer.of(0, 0, 0, 9, 12), "closed the connection"],
    [Buffer.of(0xff, 0xff, 0xff, 0xff), "nonsense"],
    [Buffer.of(0, 0, 0, 0), "nonsense"],
    [Buffer.of(0, 0, 0, 5, 12, 0, 0, 0, 1), "too early"],
    [Buffer.of(0, 0, 0, 5, 12, 0xff, 0xff, 0xff, 0xff), "too early"],
  ];
  try {
    for (const [answer, message] of answers) {
      const server = createServer((socket) => socket.once("data", () => socket.end(answer))).listen(socketPath);
      await expect(agentClient(socketPath).list(), message).rejects.toThrow(message);
      await new Promise((resolve) => server.close(resolve));
    }
    await expect(agentClient(socketPath).list()).rejects.toThrow("cannot be asked");
  } finally {
    await rm(folder, { recursive: true });
  }
});
