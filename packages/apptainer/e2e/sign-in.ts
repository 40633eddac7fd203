import type { Transport } from "@hpckit/core";
import { connectSsh } from "@hpckit/transport";
import { testCluster } from "../../../tools/e2e/clusters.js";

/** Signs in to the login node of the cluster that has Apptainer. */
export async function signIn(): Promise<Transport> {
  const { login } = await testCluster("newest");
  return connectSsh({
    host: login.host,
    port: login.port,
    user: "alice",
    knownHosts: { file: login.knownHosts },
    privateKey: { file: login.users.alice.privateKey },
  });
}

/** A folder of alice's that every node sees, new for every file of tests. */
export const workFolder = (name: string): string => `/shared/scratch/it's ${name}, ${process.pid}`;
