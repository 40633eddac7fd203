import type { Transport } from "@hpckit/core";
import { connectSsh } from "@hpckit/transport";
import { downCluster, upCluster, type Cluster, type Series } from "../../cluster/src/index.js";
import { loginOptions } from "../../e2e/sign-in.js";

/** A real cluster of its own, which ends with the measurement, and alice's login to it. */
export interface Ground extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly login: Transport;
  /** Runs a script of POSIX shell on the login node, past ssh, as alice; what it printed. */
  readonly shell: (script: string, ...words: readonly string[]) => Promise<string>;
}

export async function openGround(series: Series, topic: string): Promise<Ground> {
  const cluster = await upCluster(series, { name: `bench-${topic}-${process.pid}`, leashed: true, onProgress: ({ cluster: name, step }) => console.error(`${name}: ${step}`) });
  const login = await connectSsh({ ...loginOptions(cluster), manners: { loginsPerMinute: Infinity } });
  return {
    cluster,
    login,
    shell: async (script, ...words) => {
      const { exitCode, stdout, stderr } = await cluster.exec(["sh", "-euc", script, "sh", ...words], { as: "alice" });
      if (exitCode !== 0) throw new Error(`on the login node, exit status ${exitCode}: ${stderr}${stdout}`);
      return stdout;
    },
    async [Symbol.asyncDispose]() {
      await login[Symbol.asyncDispose]();
      await downCluster(cluster.name);
    },
  };
}
