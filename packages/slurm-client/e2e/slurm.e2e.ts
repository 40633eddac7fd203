import { secret } from "@hpckit/core";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { testCluster, testedSeries } from "../../../tools/e2e/clusters.js";
import { NODES, type NodeName } from "../../../tools/cluster/src/index.js";
import { describeSlurm, type DescribeSlurmOptions } from "../src/testing.js";

const asNode = (name: string): NodeName => {
  const node = NODES.find((known) => known === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node;
};

for (const series of testedSeries) {
  const options: DescribeSlurmOptions = {
    partition: "standard", otherPartition: "dev",
    preemptible: "preemptible",
    enforcesMemory: true,
    nodeLocalRoot: "/local",
    killNode: async (node) => (await testCluster(series)).killNode(asNode(node)),
    restoreNode: async (node) => (await testCluster(series)).restoreNode(asNode(node)),
  };
  describeSlurm(series, () => signIn(series), options);
  describeSlurm(`${series} over slurmrestd`, () => signIn(series), {
    ...options,
    rest: async () => {
      const { rest } = await testCluster(series);
      return { address: { host: rest.host, port: rest.port }, token: async () => secret(await rest.createToken("alice")) };
    },
  });
}
