import type { MailType } from "../../spec/fields/notice-fields.js";
import type { PlacedJobSpec } from "../../submit/sbatch-arguments.js";
import { asSbatch } from "./as-sbatch.js";
import type { DescriptionRows } from "./description-table.js";
import { both, same, say, undocumented, wrapped, type DescriptionLater } from "./job-words.js";
import type { resourceRows } from "./resource-rows.js";

const noLimit = 0xffff_ffff;
const minutes = (seconds: number): number => (seconds === Infinity ? Infinity : Math.ceil(seconds / 60));
const plainMinutes = (seconds: number): number => (seconds === Infinity ? noLimit : Math.ceil(seconds / 60));

type MailWord = NonNullable<DescriptionLater["mail_type"]>[number];
const mailWords: Readonly<Record<MailType, readonly MailWord[]>> = {
  BEGIN: ["BEGIN"],
  END: ["END"],
  FAIL: ["FAIL"],
  REQUEUE: ["REQUEUE"],
  ALL: ["BEGIN", "END", "FAIL", "REQUEUE", "STAGE_OUT", "INVALID_DEPENDENCY"],
  INVALID_DEPEND: ["INVALID_DEPENDENCY"],
  STAGE_OUT: ["STAGE_OUT"],
  TIME_LIMIT: ["TIME=100%"],
  TIME_LIMIT_90: ["TIME=90%"],
  TIME_LIMIT_80: ["TIME=80%"],
  TIME_LIMIT_50: ["TIME=50%"],
  ARRAY_TASKS: ["ARRAY_TASKS"],
};

type ScheduleField = Exclude<keyof PlacedJobSpec, keyof typeof resourceRows | "launch" | "components" | "extraArguments" | "cluster">;

/** Whose a job is, when it runs, and how. */
export const scheduleRows: DescriptionRows<ScheduleField> = {
  name: same("name"),
  comment: same("comment"),
  extra: (extra) => say({ later: { extra } }),
  wckey: same("wckey"),
  mcsLabel: same("mcs_label"),
  account: same("account"),
  partition: same("partition"),
  qos: same("qos"),
  reservation: same("reservation"),

  time: ({ seconds }) => say({ old: { time_limit: plainMinutes(seconds) }, later: { time_limit: wrapped(minutes(seconds)) } }),
  timeMin: ({ seconds }) => say({ old: { time_minimum: plainMinutes(seconds) }, later: { time_minimum: wrapped(minutes(seconds)) } }),
  // From now on: by the login node's clock, which sbatch reads.
  begin: (moment) => ("epochSeconds" in moment ? say({ old: undocumented({ begin_time: asSbatch("begin", moment) }), later: { begin_time: wrapped(moment.epochSeconds) } }) : say({})),
  deadline: (moment) => ("epochSeconds" in moment ? say({ later: { deadline: moment.epochSeconds } }) : say({})),
  dependency: (dependency) => {
    const text = asSbatch("dependency", dependency);
    return both(text === "" ? {} : { dependency: text }, text === "" ? {} : { SLURM_JOB_DEPENDENCY: text });
  },
  killOnInvalidDependency: (kills) => say({ old: { kill_on_invalid_dependency: kills }, later: { flags: [kills ? "KILL_INVALID_DEPENDENCY" : "NO_KILL_INVALID_DEPENDENCY"] } }),
  array: (array) => both({ array: asSbatch("array", array) }),
  hold: same("hold"),
  nice: same("nice"),
  priority: (priority) => (priority === "top" ? say({}) : say({ old: { priority: String(priority) }, later: { priority: wrapped(priority) } })),
  warningSignal: (signal) =>
    say({
      // 22.05 reads no letters before the signal.
      old: signal.to === "batch" || signal.yieldsToReservation === true ? undefined : { signal: asSbatch("warningSignal", signal) },
      later: {
        kill_warning_signal: signal.name,
        kill_warning_delay: wrapped(signal.secondsBefore ?? 60),
        kill_warning_flags: [...(signal.to === "batch" ? (["BATCH_JOB"] as const) : []), ...(signal.yieldsToReservation === true ? (["RESERVATION_JOB"] as const) : [])],
      },
    }),
  // 22.05 takes the word for yes, whatever its value.
  requeue: (requeue) => (requeue === "expedite" ? say({}) : say({ old: requeue ? { requeue } : undocumented({ no_requeue: true }), later: { requeue } })),
  // 22.05 reads a number as sbatch does: minutes.
  delayBoot: (delay) => say({ old: undocumented({ delay_boot: asSbatch("delayBoot", delay) }), later: { delay_boot: delay.seconds } }),
  reboot: "command-line",

  mailTypes: (types) => say({ old: { mail_type: types.join(",") }, later: { mail_type: types.flatMap((type) => mailWords[type]) } }),
  mailUser: same("mail_user"),

  workFolder: same("current_working_directory"),
  output: same("standard_output"),
  error: same("standard_error"),
  input: same("standard_input"),
  openMode: (mode) => ({
    old: { description: { open_mode: mode }, variables: { SLURM_OPEN_MODE: mode === "append" ? "a" : "t" } },
    later: { description: { open_mode: [mode === "append" ? "APPEND" : "TRUNCATE"] } },
  }),

  noKill: () => say({ later: { kill_on_node_fail: false } }),
  waitAllNodes: (waits) => say({ old: undocumented({ wait_all_nodes: waits ? 1 : 0 }), later: { wait_all_nodes: waits } }),
  oomKillStep: (kills) => say({ later: { oom_kill_step: kills ? 1 : 0 } }),
  stepManager: () => say({ later: { flags: ["STEPMGR_ENABLED"] } }),
  reservedPorts: "command-line",
  // They are those of the process that submits.
  propagateLimits: "command-line",
  container: (container) => both({ container }, { SLURM_CONTAINER: container }),
  containerId: (id) => say({ later: { container_id: id } }, { SLURM_CONTAINER_ID: id }),
  containerType: "command-line",
  samplingIntervals: (intervals) => ({
    old: { description: { account_gather_frequency: asSbatch("samplingIntervals", intervals) }, variables: { SLURM_ACCTG_FREQ: asSbatch("samplingIntervals", intervals) } },
    later: { description: { account_gather_frequency: asSbatch("samplingIntervals", intervals) } },
  }),
  profile: (profile) => (typeof profile === "string" ? say({}) : say({ later: { profile: profile.map((kind) => kind.toUpperCase() as Uppercase<typeof kind>) } })),

  licenses: (licenses) => both({ licenses: asSbatch("licenses", licenses) }),
  resources: "command-line",
  burstBuffer: "command-line",
  burstBufferFile: "command-line",
  clusterConstraint: same("cluster_constraint"),
  batchConstraint: (features) => say({ later: { batch_features: features } }),
  power: "command-line",
};
