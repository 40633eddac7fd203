import type { ConfigValues } from "./config-values.js";
import { readText } from "./slurm-values.js";
import { parseSlurmVersion, type SlurmVersion } from "./slurm-version.js";

/** Plugins that decide how jobs are placed, started and counted; undefined where none is set. @see slurm.conf(5) */
export interface ClusterPlugins {
  /** E.g. `select/cons_tres`, and what it shares out, e.g. `CR_CORE_MEMORY`. */
  readonly select: string | undefined;
  readonly selectParameters: readonly string[];
  readonly scheduler: string | undefined;
  readonly priority: string | undefined;
  readonly preempt: string | undefined;
  /** What happens to jobs that give way: `REQUEUE`, `CANCEL`, `SUSPEND`, `GANG`; none: `OFF`. */
  readonly preemptMode: readonly string[];
  readonly processTracking: string | undefined;
  readonly task: readonly string[];
  readonly topology: string | undefined;
  /** These may change or refuse what is submitted. */
  readonly jobSubmit: readonly string[];
  readonly cliFilter: readonly string[];
  readonly accountingStorage: string | undefined;
  readonly jobAccounting: string | undefined;
}

export interface ClusterAccounting {
  /** Whether slurmdbd answered within five seconds; undefined where it was not asked. */
  readonly databaseReachable: boolean | undefined;
  /** What jobs are held to: `associations`, `limits`, `qos`, `safe`, `wckeys`, `nojobs`, `nosteps`. */
  readonly enforces: readonly string[];
  /** What is kept of jobs: `job_comment`, `job_env`, `job_extra`, `job_script`. */
  readonly stores: readonly string[];
  readonly resources: readonly string[];
}

/** What a cluster can do, and how it is set. */
export interface ClusterCapabilities {
  /** Of the controller, which may be newer or older than that of the programs. */
  readonly controllerVersion: SlurmVersion | undefined;
  /** Hosts of the controller, the primary first. */
  readonly controllers: readonly string[];
  readonly plugins: ClusterPlugins;
  readonly accounting: ClusterAccounting;
  /** What `srun --mpi` takes here, e.g. `pmix`; undefined where srun did not say. */
  readonly mpiTypes: readonly string[] | undefined;
  readonly defaultMpiType: string | undefined;
  /** Whether users may have crontabs that Slurm runs, and the program is there. */
  readonly scrontab: boolean;
  /** Versions of the data parser that `--json` takes, the oldest first; none in 22.05, whose JSON has no version. */
  readonly dataParsers: readonly string[];
  /** Whether slurmrestd's tokens (JWT) are taken. */
  readonly jwt: boolean;
  /** All clusters that the accounting database knows; undefined where it was not asked. */
  readonly clusters: readonly string[] | undefined;
  /** Whether it is member of a federation; undefined where the accounting database was not asked. */
  readonly federation: string | undefined;
  /** What a job over its partition's limits meets: `NO`: it is queued and waits; `ANY`, `ALL`: it is refused. */
  readonly enforcePartLimits: "NO" | "ANY" | "ALL";
  readonly maxJobCount: number | undefined;
  readonly maxStepCount: number | undefined;
  readonly maxTasksPerNode: number | undefined;
  /** Between the first signal at the end and SIGKILL. */
  readonly killWaitSeconds: number | undefined;
  /** How long jobs may run on after their limit. */
  readonly overTimeLimitSeconds: number;
  readonly messageTimeoutSeconds: number | undefined;
  /** Whether jobs are queued again by themselves unless they say otherwise. */
  readonly requeuesJobs: boolean;
  readonly gresTypes: readonly string[];
  /** What users do not see of others: `jobs`, `usage`, `nodes`, … */
  readonly privateData: readonly string[];
  /** The controller's clock less that of the login node; a second is within its error. */
  readonly clockOffsetSeconds: number | undefined;
  /** East of Greenwich, of the login node: in its zone sbatch reads times of day. */
  readonly utcOffsetMinutes: number | undefined;
}

/** What was printed besides the configuration. */
export interface CapabilityTexts {
  readonly clock: string;
  readonly zone: string;
  readonly mpi: string;
  readonly scrontab: string;
  readonly json: string;
  readonly clusters: string;
  /** `scontrol show config`, whole. */
  readonly config: string;
}

export function readCapabilities(config: ConfigValues, texts: CapabilityTexts): ClusterCapabilities {
  const overTime = config.text("OverTimeLimit");
  const clusters = readClusters(texts.clusters);
  return {
    controllerVersion: parseSlurmVersion(`slurm ${config.text("SLURM_VERSION") ?? ""}`),
    controllers: config.numbered("SlurmctldHost").map((host) => host.replace(/\(.*$/, "")),
    plugins: readPlugins(config),
    accounting: {
      databaseReachable: clusters.reachable,
      enforces: config.list("AccountingStorageEnforce"),
      stores: config.list("AccountingStoreFlags"),
      resources: config.list("AccountingStorageTRES"),
    },
    mpiTypes: readMpiTypes(texts.mpi),
    defaultMpiType: config.list("MpiDefault")[0],
    scrontab: texts.scrontab !== "" && config.list("ScronParameters").includes("enable"),
    dataParsers: [...texts.json.matchAll(/data_parser\/(v\d+\.\d+\.\d+)/g)].map(([, version = ""]) => version).sort(),
    jwt: [config.text("AuthType"), ...config.list("AuthAltTypes")].includes("auth/jwt"),
    clusters: clusters.names,
    federation: clusters.federationOf(config.text("ClusterName")),
    enforcePartLimits: readEnforcement(config.text("EnforcePartLimits")),
    maxJobCount: config.number("MaxJobCount"),
    maxStepCount: config.number("MaxStepCount"),
    maxTasksPerNode: config.number("MaxTasksPerNode"),
    killWaitSeconds: config.number("KillWait"),
    overTimeLimitSeconds: overTime === "UNLIMITED" ? Infinity : (config.number("OverTimeLimit") ?? 0) * 60,
    messageTimeoutSeconds: config.number("MessageTimeout"),
    requeuesJobs: config.isOn("JobRequeue"),
    gresTypes: config.list("GresTypes"),
    privateData: config.list("PrivateData"),
    clockOffsetSeconds: readClockOffset(texts),
    utcOffsetMinutes: readZone(texts.zone),
  };
}

const readPlugins = (config: ConfigValues): ClusterPlugins => ({
  select: config.text("SelectType"),
  selectParameters: config.list("SelectTypeParameters"),
  scheduler: config.text("SchedulerType"),
  priority: config.text("PriorityType"),
  preempt: config.text("PreemptType"),
  preemptMode: config.list("PreemptMode"),
  processTracking: config.text("ProctrackType"),
  task: config.list("TaskPlugin"),
  topology: config.text("TopologyPlugin"),
  jobSubmit: config.list("JobSubmitPlugins"),
  cliFilter: config.list("CliFilterPlugins"),
  accountingStorage: config.text("AccountingStorageType"),
  jobAccounting: config.text("JobAcctGatherType"),
});

/** 22.05 and later print each on a line of its own behind a tab, earlier ones behind `srun: `; versions of PMIx stand on the last. */
function readMpiTypes(printed: string): readonly string[] | undefined {
  const types = [...printed.matchAll(/^(?:\t|srun: )(\w+)$/gm)].map(([, type = ""]) => type);
  const versions = /plugin versions available: (.*)$/m.exec(printed)?.[1]?.split(/[,\s]+/) ?? [];
  return types.length === 0 ? undefined : [...new Set([...types, ...versions])].sort();
}

/** Rows of `cluster|federation`, and the exit status; 127 where the login lacks `timeout`, so that slurmdbd was not asked. */
function readClusters(printed: string): { readonly reachable: boolean | undefined; readonly names: readonly string[] | undefined; readonly federationOf: (cluster: string | undefined) => string | undefined } {
  const status = /^status (\d+)$/m.exec(printed)?.[1];
  const rows = printed.split("\n").filter((line) => line.includes("|")).map((line) => line.split("|"));
  const known = status === "0";
  return {
    reachable: status === undefined || status === "127" ? undefined : known,
    names: known ? rows.map(([name = ""]) => name) : undefined,
    federationOf: (cluster) => readText(rows.find(([name]) => known && name === cluster)?.[1]),
  };
}

const readEnforcement = (text: string | undefined): "NO" | "ANY" | "ALL" => (text === "ANY" || text === "ALL" ? text : text === "YES" ? "ALL" : "NO");

/** The configuration is dated by the controller. */
function readClockOffset({ clock, config }: CapabilityTexts): number | undefined {
  const asOf = /^Configuration data as of (\d+)$/m.exec(config)?.[1];
  return asOf === undefined || !/^\d+$/.test(clock) ? undefined : Number(asOf) - Number(clock);
}

function readZone(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(text) ?? [];
  return sign === undefined ? undefined : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
