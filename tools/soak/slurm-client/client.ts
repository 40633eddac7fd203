/** A client in a process of its own, to be killed: submits the keys that come by its first message, and tells of each job. */
import { connectSlurm } from "@hpckit/slurm-client";
import { connectSsh } from "@hpckit/transport";
import { submitInGroups, type ClientWork } from "./work.js";

process.once("message", (work: ClientWork) => void submit(work));
process.once("disconnect", () => process.exit());
process.send?.("ready");

async function submit({ login, slurm, keys, runs }: ClientWork): Promise<void> {
  try {
    await using transport = await connectSsh({ ...login, manners: { loginsPerMinute: Infinity } });
    const cluster = await connectSlurm(transport, slurm);
    process.send?.("connected");
    await submitInGroups(cluster, keys, runs);
  } catch (error) {
    console.error(String(error));
  } finally {
    process.exit();
  }
}
