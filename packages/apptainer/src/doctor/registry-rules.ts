import { HpckitError, type Cancellable, type Transport } from "@hpckit/core";
import type { ApptainerFinding } from "./apptainer-finding.js";

/** Hosts behind names that are not their own. */
const addresses: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };
const httpsPort = 443;

/**
 * Tries a connection to each registry from over there, and sends nothing.
 * @throws AbortedError alone; that nothing answers is a finding.
 */
export const judgeRegistries = async (on: Transport, registries: readonly string[], { signal }: Cancellable): Promise<readonly ApptainerFinding[]> =>
  (await Promise.all(registries.map((registry) => tryRegistry(on, registry, signal)))).flat();

async function tryRegistry(on: Transport, registry: string, signal: AbortSignal | undefined): Promise<readonly ApptainerFinding[]> {
  const [name = "", port] = registry.split(":");
  const patience = AbortSignal.timeout(10_000);
  try {
    const connection = await on.connect({ host: addresses[name] ?? name, port: Number(port ?? httpsPort) }, { signal: signal === undefined ? patience : AbortSignal.any([signal, patience]) });
    connection.on("error", () => undefined);
    connection.destroy();
    return [];
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const reason = patience.aborted ? "no answer within 10 s" : error instanceof HpckitError ? error.message : String(error);
    return [{
      code: "registry-unreachable", severity: "error",
      cause: "Images of this registry cannot be pulled from this machine.",
      observed: `${registry}: ${reason}`,
      fix: "pull on a machine that reaches it (a login or transfer node) into an image store that this one shares; behind a proxy, set https_proxy there",
    }];
  }
}
