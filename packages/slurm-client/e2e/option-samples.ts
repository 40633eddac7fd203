import type { JobSpecInput } from "../src/index.js";
import type { OptionFields } from "../src/spec/option/option-table.js";

/** A field, and what becomes of it on the clusters of the tests. */
export interface OptionSample {
  /** The field, and what it needs beside it. */
  readonly spec: Omit<JobSpecInput, "launch">;
  /** What `scontrol show job` then says, on every version that knows the field. Nothing for what it does not show. */
  readonly shown?: RegExp | undefined;
  /** The option is understood, and these clusters do not allow it. */
  readonly refused?: RegExp | undefined;
}

/** 2027-12-28T13:20:00Z. The clusters of the tests keep UTC. */
const then = new Date(1_830_000_000_000);

/** The version writes `gres:gpu:1` (22.05) or `gres/gpu:1`. */
const gres = (what: string): string => `gres[:/]${what}`;

/** A sample of each field: without one it does not compile. */
export const optionSamples: { readonly [Key in keyof OptionFields]-?: OptionSample } = {
  name: { spec: { name: "it's é" }, shown: /JobName=it's é\n/ },
  comment: { spec: { comment: "of mine, $HOME" }, shown: /Comment=of mine, \$HOME hpckit:/ },
  extra: { spec: { extra: "a=1" }, shown: /Extra=a=1/ },
  wckey: { spec: { wckey: "key" } },
  mcsLabel: { spec: { mcsLabel: "label" }, shown: /MCS_label=label/ },

  account: { spec: { account: "climate" }, shown: /Account=climate/ },
  partition: { spec: { partition: ["dev", "standard"] }, shown: /Partition=(?:dev,standard|standard,dev)/ },
  qos: { spec: { qos: "low" }, shown: /QOS=low/ },
  reservation: { spec: { reservation: ["none", "such"] }, refused: /Requested reservation is invalid/ },

  time: { spec: { time: "90m" }, shown: /TimeLimit=01:30:00/ },
  timeMin: { spec: { time: "90m", timeMin: "10m" }, shown: /TimeMin=00:10:00/ },

  nodes: { spec: { nodes: { min: 2, max: 3 } }, shown: /NumNodes=2-3/ },
  useMinNodes: { spec: { useMinNodes: true, nodes: { min: 1, max: 2 } } },
  ntasks: { spec: { ntasks: 3 }, shown: /NumTasks=3/ },
  ntasksPerNode: { spec: { ntasksPerNode: 2, nodes: 2 }, shown: /NtasksPerN:B:S:C=2:/ },
  ntasksPerSocket: { spec: { ntasksPerSocket: 2 }, shown: /NtasksPerN:B:S:C=0:0:2:/ },
  ntasksPerCore: { spec: { ntasksPerCore: 1 }, shown: /NtasksPerN:B:S:C=0:0:\S*:1/ },
  ntasksPerGpu: { spec: { ntasksPerGpu: 2, gpus: 1 }, shown: /NtasksPerTRES=2/ },
  cpusPerTask: { spec: { cpusPerTask: 2 }, shown: /CPUs\/Task=2/ },
  cpusPerGpu: { spec: { cpusPerGpu: 2, gpus: 1 }, shown: new RegExp(`CpusPerTres=${gres("gpu:2")}`) },
  minCpusPerNode: { spec: { minCpusPerNode: 3 }, shown: /MinCPUsNode=3/ },
  overcommit: { spec: { overcommit: true } },
  tresPerTask: { spec: { tresPerTask: "cpu=2,gres/gpu:a100=1", ntasks: 2 }, shown: /TresPerTask=cpu=2,gres\/gpu:a100=1/ },

  socketsPerNode: { spec: { socketsPerNode: 1 }, shown: /Socks\/Node=1/ },
  coresPerSocket: { spec: { coresPerSocket: 2 }, shown: /ReqB:S:C:T=\S*:2:/ },
  threadsPerCore: { spec: { threadsPerCore: 1 }, shown: /ReqB:S:C:T=\S*:1\n/ },
  specializedCores: { spec: { specializedCores: 1 } },
  specializedThreads: { spec: { specializedThreads: 1 } },
  hint: { spec: { hint: "compute_bound" } },
  distribution: { spec: { distribution: { nodes: "cyclic", sockets: "block", cores: "fcyclic", pack: false }, ntasks: 2 } },
  cpuFrequency: { spec: { cpuFrequency: { min: "low", max: "high", governor: "Performance" } }, shown: /CPU_min_freq=Low\s+CPU_max_freq=High\s+CPU_gov=Performance|CPU_max_freq=High/ },

  memory: { spec: { memory: "all" }, shown: /MinMemoryNode=0/ },
  memoryPerCpu: { spec: { memoryPerCpu: "1.5G" }, shown: /MinMemoryCPU=1\.50G/ },
  memoryPerGpu: { spec: { memoryPerGpu: "1G", gpus: 1 }, shown: new RegExp(`MemPerTres=${gres("gpu:1024")}`) },
  memoryBinding: { spec: { memoryBinding: { prefer: { map: [0, 1] } } } },
  memoryUpdate: { spec: { memory: "1G", memoryUpdate: { marginPercent: 20, after: "5m" } } },
  temporaryDisk: { spec: { temporaryDisk: "5G" }, shown: /MinTmpDiskNode=5G/ },

  gpus: { spec: { gpus: { type: "a100", count: 2 } }, shown: new RegExp(`TresPerJob=${gres("gpu:a100:2")}`) },
  gpusPerNode: { spec: { gpusPerNode: 2, nodes: 2 }, shown: new RegExp(`TresPerNode=${gres("gpu:2")}`) },
  gpusPerTask: { spec: { gpusPerTask: 1, ntasks: 2 }, shown: /TresPerTask=(?:gres[:/]gpu:1|gres\/gpu=1)/ },
  gpusPerSocket: { spec: { gpusPerSocket: 1, socketsPerNode: 1 }, shown: new RegExp(`TresPerSocket=${gres("gpu:1")}`) },
  gpuBinding: { spec: { gpuBinding: { map: [0, 1] }, gpus: 2 }, shown: /TresBind=(?:gres\/)?gpu:map(?:_gpu)?:0,1/ },
  gpuFrequency: { spec: { gpuFrequency: { gpu: "low", memory: { megahertz: 450 } }, gpus: 1 }, shown: /TresFreq=gpu:low,memory=450/ },
  gres: { spec: { gres: ["gpu:a100:2"] }, shown: new RegExp(`TresPerNode=${gres("gpu:a100:2")}`) },
  gresFlags: { spec: { gresFlags: "enforce-binding", gpus: 1 } },
  tresBinding: { spec: { tresBinding: { gpu: { tasksPerResource: 2 } }, gpus: 1 }, shown: /TresBind=gres\/gpu:single:2/ },

  constraint: { spec: { constraint: "icelake|skylake" }, shown: /Features=icelake\|skylake/ },
  prefer: { spec: { prefer: "icelake" }, shown: /Prefer=icelake/ },
  nodelist: { spec: { nodelist: ["c1", "c[3-4]"], nodes: 3 }, shown: /ReqNodeList=c\[1,3-4\]/ },
  nodeFile: { spec: { nodeFile: "/etc/no such file" }, refused: /Invalid --nodefile/ },
  exclude: { spec: { exclude: "c[1-2]" }, shown: /ExcNodeList=c\[1-2\]/ },
  exclusive: { spec: { exclusive: "user" }, shown: /OverSubscribe=USER|Exclusive=USER/ },
  oversubscribe: { spec: { oversubscribe: true }, shown: /OverSubscribe=YES/ },
  contiguous: { spec: { contiguous: true }, shown: /Contiguous=1/ },
  spreadJob: { spec: { spreadJob: true }, shown: /SpreadJob=Yes/ },
  // The site's own longest wait is five minutes.
  switches: { spec: { switches: { count: 2, maxWait: "2m" } }, shown: /Switches=2@00:02:00/ },
  segment: { spec: { segment: 2, nodes: 4 }, shown: /SegmentSize=2|NumNodes=4/ },
  consolidateSegments: { spec: { consolidateSegments: true, segment: 1 } },
  spreadSegments: { spec: { spreadSegments: true, segment: 1 } },
  network: { spec: { network: "job_vni" }, shown: /Network=job_vni/ },

  licenses: { spec: { licenses: ["matlab:2"] }, shown: /Licenses=matlab:2/ },
  resources: { spec: { resources: ["flat:2"] }, refused: /Invalid license specification/ },
  burstBuffer: { spec: { burstBuffer: "x" } },
  burstBufferFile: { spec: { burstBufferFile: "/etc/hostname" } },
  clusterConstraint: { spec: { clusterConstraint: "a" } },
  batchConstraint: { spec: { batchConstraint: "icelake", constraint: "icelake|skylake" }, shown: /BatchFeatures=icelake/ },
  power: { spec: { power: "level" }, shown: /Power=LEVEL/i },

  begin: { spec: { begin: then }, shown: /EligibleTime=2027-12-28T13:20:00/ },
  deadline: { spec: { deadline: "2027-12-28T14:20:00+01:00", time: "10m" }, shown: /Deadline=2027-12-28T13:20:00/ },
  dependency: { spec: { dependency: { anyOf: { singleton: true } } }, shown: /Dependency=singleton/ },
  killOnInvalidDependency: { spec: { killOnInvalidDependency: true, dependency: { singleton: true } }, shown: /KillOI?nInvalidDependent=Yes/ },
  array: { spec: { array: { tasks: "0-3,7", atOnce: 2 } }, shown: /ArrayTaskId=0-3,7%2\s+ArrayTaskThrottle=2/ },
  hold: { spec: {}, shown: /Reason=JobHeldUser/ },
  nice: { spec: { nice: 7 }, shown: /Nice=7/ },
  priority: { spec: { priority: 5 } },
  warningSignal: { spec: { warningSignal: { name: "USR1", secondsBefore: 300, to: "batch" } } },
  requeue: { spec: { requeue: false }, shown: /Requeue=0/ },
  delayBoot: { spec: { delayBoot: "5m", constraint: "icelake" }, shown: /DelayBoot=00:05:00/ },
  reboot: { spec: { reboot: true }, refused: /only allowed for admins/ },

  mailTypes: { spec: { mailTypes: ["END", "TIME_LIMIT_80"] }, shown: /MailType=END,TIME_LIMIT_80/ },
  mailUser: { spec: { mailUser: "a@example.org", mailTypes: ["FAIL"] }, shown: /MailUser=a@example\.org/ },

  workFolder: { spec: { workFolder: "/shared/scratch" }, shown: /WorkDir=\/shared\/scratch\n/ },
  output: { spec: { workFolder: "/shared/scratch", output: "out-%x" }, shown: /StdOut=\/shared\/scratch\/out-/ },
  error: { spec: { workFolder: "/shared/scratch", error: "err" }, shown: /StdErr=\/shared\/scratch\/err/ },
  input: { spec: { input: "/dev/zero" }, shown: /StdIn=\/dev\/zero/ },
  openMode: { spec: { openMode: "append" } },

  noKill: { spec: { noKill: true } },
  waitAllNodes: { spec: { waitAllNodes: true } },
  oomKillStep: { spec: { oomKillStep: false }, shown: /OOMKillStep=0/ },
  stepManager: { spec: { stepManager: true } },
  reservedPorts: { spec: { reservedPorts: 2, stepManager: true }, refused: /Requires more ports than can be reserved/ },
  propagateLimits: { spec: { propagateLimits: ["STACK", "CORE"] } },
  container: { spec: { container: "/oci/bundle" }, shown: /Container=\/oci\/bundle/ },
  containerId: { spec: { container: "/oci/bundle", containerId: "mine" }, shown: /ContainerID=mine/ },
  containerType: { spec: { container: "/oci/bundle", containerType: "oci" }, shown: /ContainerType=oci/ },
  samplingIntervals: { spec: { samplingIntervals: { networkSeconds: 5, energySeconds: 0 } } },
  profile: { spec: { profile: ["task", "energy"] } },
};
