import type { Transport } from "@hpckit/core";
import { connectSsh } from "@hpckit/transport";
import type { Cluster, Series } from "../cluster/src/index.js";
import { testCluster } from "./clusters.js";

/** Signs in to the login node of a cluster, with its host key checked. */
export const signInTo = ({ login }: Cluster, user: "alice" | "bob" = "alice"): Promise<Transport> =>
  connectSsh({
    host: login.host,
    port: login.port,
    user,
    knownHosts: { file: login.knownHosts },
    privateKey: { file: login.users[user].privateKey },
  });

/** Signs in to the test cluster of a version. */
export const signIn = async (series: Series, user: "alice" | "bob" = "alice"): Promise<Transport> => signInTo(await testCluster(series), user);
