import { once } from "node:events";
import { connectSsh, type SshOptions } from "@hpckit/transport";
import { connectSlurm } from "../../src/index.js";

/** A client that dies: holds nodes, runs a step, attaches to it, says so, and waits to be killed. Its argument is how to sign in. */
const login = await connectSsh(JSON.parse(process.argv[2] ?? "") as SshOptions);
const slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
const nodes = await slurm.allocate({ partition: "standard", time: "10m", nodes: 2, ntasks: 2, memory: "100M" }, { leaseSeconds: 60 });
const step = await nodes.run(["sh", "-c", "echo begun; sleep 300"], { ntasks: 2, name: "orphan" });
for await (const text of step) {
  if (text.includes("begun")) process.stdout.write(`${JSON.stringify(nodes)}\n`);
  await once(process, "never");
}
