import type { ClusterPorts } from "../host/ports.js";

export interface SlurmConfInput {
  readonly clusterName: string;
  readonly ports: ClusterPorts;
  /** Whether memory limits are enforced by the kernel. */
  readonly hasMemoryCgroup: boolean;
}

/** What one slurm.conf has for itself; two clusters of one site share the rest. */
interface Site {
  readonly clusterName: string;
  /** Of the one machine that is all its nodes. */
  readonly hostName: string;
  readonly controllerPort: number;
  readonly accountingPort: number;
  /** Ends the names of its folders and logs. */
  readonly suffix: string;
  readonly hasMemoryCgroup: boolean;
  /** Lines of nodes and partitions. */
  readonly nodes: string;
}

export const NODES = ["c1", "c2", "c3", "c4"] as const;
export type NodeName = (typeof NODES)[number];

/** slurm.conf(5) of a small site: four big nodes, three partitions, everything in a hurry. */
export const renderSlurmConf = ({ clusterName, ports, hasMemoryCgroup }: SlurmConfInput): string =>
  renderSite({
    clusterName,
    hostName: clusterName,
    controllerPort: ports.slurmctld,
    accountingPort: ports.slurmdbd,
    suffix: "",
    hasMemoryCgroup,
    nodes: `GresTypes=gpu
Licenses=matlab:10
${renderNodes(clusterName, ports)}

PartitionName=DEFAULT Nodes=ALL State=UP PriorityTier=10 PreemptMode=OFF
PartitionName=standard Default=YES MaxTime=1-00:00:00 DefaultTime=01:00:00
PartitionName=dev MaxTime=01:00:00 DefaultTime=00:10:00
PartitionName=preemptible MaxTime=7-00:00:00 DefaultTime=01:00:00 PriorityTier=1 PreemptMode=REQUEUE`,
  });

/** slurm.conf(5) of a second cluster of the same site: one node, one partition, and the first one's accounting. */
export const renderSiblingConf = ({ clusterName, ports, hasMemoryCgroup }: SlurmConfInput): string =>
  renderSite({
    clusterName: siblingName(clusterName),
    hostName: clusterName,
    controllerPort: ports.sibling.slurmctld,
    accountingPort: ports.slurmdbd,
    suffix: "-sibling",
    hasMemoryCgroup,
    nodes: `GresTypes=gpu
NodeName=${SIBLING_NODE} NodeHostname=${clusterName} NodeAddr=127.0.0.1 Port=${ports.sibling.slurmd} CPUs=64 Sockets=2 CoresPerSocket=32 ThreadsPerCore=1 RealMemory=262144 State=UNKNOWN

PartitionName=visitors Default=YES Nodes=ALL State=UP PreemptMode=OFF MaxTime=02:00:00 DefaultTime=00:10:00`,
  });

export const siblingName = (clusterName: string): string => `${clusterName}-sibling`;
export const SIBLING_NODE = "s1";

function renderSite({ clusterName, hostName, controllerPort, accountingPort, suffix, hasMemoryCgroup, nodes }: Site): string {
  return `ClusterName=${clusterName}
SlurmctldHost=${hostName}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmUser=slurm
StateSaveLocation=/var/lib/slurm/slurmctld${suffix}
SlurmdSpoolDir=/var/lib/slurm/slurmd/%n
SlurmctldPidFile=/run/slurmctld${suffix}.pid
SlurmdPidFile=/run/slurmd-%n.pid
SlurmctldLogFile=/var/log/slurm/slurmctld${suffix}.log
SlurmdLogFile=/var/log/slurm/slurmd-%n.log
# All daemons share the machine's network: listen on the loopback address only.
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthAltTypes=auth/jwt
AuthAltParameters=jwt_key=/etc/slurm/jwt_hs256.key
ProctrackType=proctrack/linuxproc
TaskPlugin=task/${hasMemoryCgroup ? "cgroup" : "none"}
MpiDefault=none
# Not 2: a node set down would return to service by an answer that its slurmd gave just before it was killed.
ReturnToService=1
SlurmdTimeout=300
KillWait=3
MinJobAge=30
MaxArraySize=5001
MaxJobCount=50000
RebootProgram=/bin/true
ScronParameters=enable

SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=0,batch_sched_delay=0,defer_batch
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
PriorityType=priority/multifactor
PriorityWeightQOS=1000
PriorityWeightFairshare=100
PriorityWeightAge=10
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE

AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=${accountingPort}
AccountingStorageEnforce=associations,limits,qos
AccountingStorageTRES=gres/gpu,gres/gpu:a100,license/matlab
AccountingStoreFlags=job_comment,job_env,job_extra,job_script
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1

# The nodes pretend to be larger than the machine is.
SlurmdParameters=config_overrides
DefMemPerCPU=1024
${nodes}
`;
}

function renderNodes(clusterName: string, ports: ClusterPorts): string {
  const lines = NODES.map((node, index) => {
    const feature = index < 2 ? "icelake" : "skylake";
    return `NodeName=${node} NodeHostname=${clusterName} NodeAddr=127.0.0.1 Port=${ports.slurmd[index]} Feature=${feature}`;
  });
  return ["NodeName=DEFAULT CPUs=64 Sockets=2 CoresPerSocket=32 ThreadsPerCore=1 RealMemory=262144 Gres=gpu:a100:4 State=UNKNOWN", ...lines].join("\n");
}

/** gres.conf(5). The device files are named like a driver's, and lead to /dev/null. */
export function renderGresConf(): string {
  return "AutoDetect=off\nNodeName=c[1-4] Name=gpu Type=a100 File=/dev/nvidia[0-3]\n";
}

/** cgroup.conf(5): memory alone, for real out-of-memory kills. Cores are invented and cannot be constrained. */
export function renderCgroupConf(): string {
  return `CgroupPlugin=cgroup/v1
IgnoreSystemd=yes
ConstrainRAMSpace=yes
ConstrainSwapSpace=no
ConstrainCores=no
ConstrainDevices=no
`;
}
