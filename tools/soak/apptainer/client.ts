/** A client in a process of its own: asks for one image several times at once, and tells what came of it. */
import { docker, ensureImage, imageStore } from "@hpckit/apptainer";
import { connectSsh } from "@hpckit/transport";
import type { ClientResult, ClientWork } from "./work.js";

process.once("message", (work: ClientWork) => void ask(work));
process.once("disconnect", () => process.exit());

async function ask({ login, root, registry, reference, asks }: ClientWork): Promise<void> {
  await using transport = await connectSsh({ ...login, manners: { loginsPerMinute: Infinity } });
  const store = imageStore({ root, insecureRegistries: [registry], free: "100M" });
  const ended = await Promise.allSettled(Array.from({ length: asks }, () => ensureImage(store, docker(reference), transport)));
  const results = ended.map((each): ClientResult => (each.status === "fulfilled" ? { kind: each.value.outcome, path: each.value.image.path } : { kind: "failed", reason: String(each.reason) }));
  process.send?.(results, () => process.exit());
}
