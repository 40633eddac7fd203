export type { EnterOptions as ExecOptions, EnterResult as ExecResult } from "./boot/enter.js";
export type { Cluster, ClusterLogin, ClusterRest } from "./cluster.js";
export { NODES, type NodeName } from "./config/slurm-conf.js";
export { downCluster } from "./down-cluster.js";
export { listClusters } from "./list-clusters.js";
export type { Progress } from "./progress.js";
export { IMAGE_ROOT_IN_CLUSTER } from "./root/image-root.js";
export { parseSeries, SERIES, type Series } from "./series.js";
export { upCluster, type UpOptions } from "./up-cluster.js";
