import type { Transport } from "@hpckit/core";
import { connectSsh, type SshOptions } from "@hpckit/transport";
import type { Cluster, Series } from "../cluster/src/index.js";
import { testCluster } from "./clusters.js";

type User = "alice" | "bob";

/** What `connectSsh` takes to sign in to the login node of a cluster, with its host key checked. */
export const loginOptions = ({ login }: Cluster, user: User = "alice"): SshOptions => ({
  host: login.host,
  port: login.port,
  user,
  knownHosts: { file: login.knownHosts },
  privateKey: { file: login.users[user].privateKey },
});

/** Signs in to the login node of the test cluster of a version, as often as there are tests. */
export const signIn = async (series: Series, user?: User): Promise<Transport> => connectSsh({ ...loginOptions(await testCluster(series), user), manners: { loginsPerMinute: Infinity } });

/** A folder of alice's that every node sees, new for every file of tests, under a name that every tool must quote. */
export const workFolder = (name: string): string => `/shared/scratch/it's é ${name}, ${process.pid}`;
