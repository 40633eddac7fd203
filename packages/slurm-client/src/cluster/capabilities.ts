import type { ConfigValues } from "./config-values.js";
import { readNumber } from "./slurm-values.js";
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
  readonly defaultMpiType: string | undefined;
  /** Whether users may have crontabs that Slurm runs; the login node needs the program, too: see {@link ClusterFeatures}. */
  readonly allowsScrontab: boolean;
  /** Whether slurmrestd's tokens (JWT) are taken. */
  readonly jwt: boolean;
  /** What a job over its partition's limits meets: `NO`: it is queued and waits; `ANY`, `ALL`: it is refused. */
  readonly enforcePartLimits: "NO" | "ANY" | "ALL";
  readonly maxJobCount: number | undefined;
  /** The most tasks of one array (`max_array_tasks`); undefined where MaxArraySize alone bounds them. */
  readonly maxArrayTasks: number | undefined;
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
  /** `date '+%s %z'`. */
  readonly clock: string;
  /** `scontrol show config`, whole. */
  readonly config: string;
}

export function readCapabilities(config: ConfigValues, texts: CapabilityTexts): ClusterCapabilities {
  const overTime = config.text("OverTimeLimit");
  return {
    controllerVersion: parseSlurmVersion(`slurm ${config.text("SLURM_VERSION") ?? ""}`),
    controllers: config.numbered("SlurmctldHost").map((host) => host.replace(/\(.*$/, "")),
    plugins: readPlugins(config),
    accounting: {
      enforces: config.list("AccountingStorageEnforce"),
      stores: config.list("AccountingStoreFlags"),
      resources: config.list("AccountingStorageTRES"),
    },
    defaultMpiType: config.list("MpiDefault")[0],
    allowsScrontab: config.list("ScronParameters").includes("enable"),
    jwt: [config.text("AuthType"), ...config.list("AuthAltTypes")].includes("auth/jwt"),
    enforcePartLimits: readEnforcement(config.text("EnforcePartLimits")),
    maxJobCount: config.number("MaxJobCount"),
    maxArrayTasks: readNumber(config.list("SchedulerParameters").map((word) => /^max_array_tasks=(.*)$/.exec(word)?.[1]).find((value) => value !== undefined)),
    maxStepCount: config.number("MaxStepCount"),
    maxTasksPerNode: config.number("MaxTasksPerNode"),
    killWaitSeconds: config.number("KillWait"),
    overTimeLimitSeconds: overTime === "UNLIMITED" ? Infinity : (config.number("OverTimeLimit") ?? 0) * 60,
    messageTimeoutSeconds: config.number("MessageTimeout"),
    requeuesJobs: config.isOn("JobRequeue"),
    gresTypes: config.list("GresTypes"),
    privateData: config.list("PrivateData"),
    clockOffsetSeconds: readClockOffset(texts),
    utcOffsetMinutes: readZone(texts.clock),
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

const readEnforcement = (text: string | undefined): "NO" | "ANY" | "ALL" => (text === "ANY" || text === "ALL" ? text : text === "YES" ? "ALL" : "NO");

/** The configuration is dated by the controller. */
function readClockOffset({ clock, config }: CapabilityTexts): number | undefined {
  const asOf = /^Configuration data as of (\d+)$/m.exec(config)?.[1];
  const now = /^\d+/.exec(clock)?.[0];
  return asOf === undefined || now === undefined ? undefined : Number(asOf) - Number(now);
}

function readZone(clock: string): number | undefined {
  const [, sign, hours, minutes] = / ([+-])(\d\d)(\d\d)$/.exec(clock) ?? [];
  return sign === undefined ? undefined : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
