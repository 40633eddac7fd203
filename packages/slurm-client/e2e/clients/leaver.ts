import { connectSsh, type SshOptions } from "@hpckit/transport";
import { connectSlurm } from "../../src/index.js";

/** A client that forgets the nodes that it holds: it says so, closes its connection, and has nothing else to do. Its argument is how to sign in. */
const login = await connectSsh(JSON.parse(process.argv[2] ?? "") as SshOptions);
const slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
const nodes = await slurm.allocate({ partition: "standard", time: "10m", memory: "50M" });
process.stdout.write(`${JSON.stringify(nodes)}\n`);
await login[Symbol.asyncDispose]();
