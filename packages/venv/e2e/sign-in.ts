import type { Transport } from "@hpckit/core";
import { connectSsh } from "@hpckit/transport";
import type { Series } from "../../../tools/cluster/src/index.js";
import { testCluster } from "../../../tools/e2e/clusters.js";

/** Signs in to a cluster's login node as alice. */
export async function signIn(series: Series): Promise<Transport> {
  const { login } = await testCluster(series);
  return connectSsh({
    host: login.host,
    port: login.port,
    user: "alice",
    knownHosts: { file: login.knownHosts },
    privateKey: { file: login.users.alice.privateKey },
  });
}

/** A folder of alice's that every node sees, new for every run. */
export const workFolder = (name: string): string => `/shared/scratch/it's é ${name}, ${process.pid}`;
