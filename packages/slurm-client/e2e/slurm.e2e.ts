import { signIn } from "../../../tools/e2e/sign-in.js";
import { testCluster, testedSeries } from "../../../tools/e2e/clusters.js";
import { NODES, type NodeName } from "../../../tools/cluster/src/index.js";
import { describeSlurm } from "../src/testing.js";

const asNode = (name: string): NodeName => {
  const node = NODES.find((known) => known === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node;
};

for (const series of testedSeries) {
  describeSlurm(series, () => signIn(series), {
    partition: "standard",
    preemptible: "preemptible",
    enforcesMemory: true,
    killNode: async (node) => (await testCluster(series)).killNode(asNode(node)),
    restoreNode: async (node) => (await testCluster(series)).restoreNode(asNode(node)),
  });
}
