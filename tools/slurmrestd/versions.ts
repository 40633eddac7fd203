import { repositoryRoot } from "../config/packages.js";
import type { Series } from "../cluster/src/index.js";
import type { Root } from "./trim-specification.js";

/** A version of the API that the client's model is checked against: the newest of one Slurm. */
export interface RecordedVersion {
  readonly version: string;
  readonly series: Series;
  readonly roots: Readonly<Record<string, Root>>;
}

export const queueJob = [
  "job_id", "array_job_id", "array_task_id", "array_task_string", "job_state", "state_reason", "exit_code", "restart_cnt", "het_job_id", "het_job_offset", "nodes",
  "submit_time", "start_time", "end_time", "suspend_time", "pre_sus_time", "user_id", "comment",
];
export const accountingJob = ["job_id", "array", "het", "state", "exit_code", "derived_exit_code", "time", "nodes", "kill_request_user"];

const later = (version: string): RecordedVersion["roots"] => ({
  QueueJob: { schema: `${version}_job_info`, properties: queueJob },
  AccountingJob: { schema: `${version}_job`, properties: accountingJob },
  JobDescription: { schema: `${version}_job_desc_msg` },
});

const v38: RecordedVersion = {
  version: "v0.0.38",
  series: "22.05",
  roots: {
    QueueJob: { schema: "v0.0.38_job_response_properties", properties: queueJob },
    AccountingJob: { schema: "dbv0.0.38_job", properties: accountingJob },
    JobDescription: { schema: "v0.0.38_job_properties" },
  },
};
const v42: RecordedVersion = { version: "v0.0.42", series: "24.11", roots: later("v0.0.42") };
const v45: RecordedVersion = { version: "v0.0.45", series: "newest", roots: later("v0.0.45") };

export const recordedVersions: readonly RecordedVersion[] = [v38, v42, v45];

/** Types by the name of their module, and the versions in all of which they hold. */
export const typedVersions: Readonly<Record<string, readonly RecordedVersion[]>> = { "v0-0-38": [v38], later: [v42, v45] };

const folder = `${repositoryRoot}/packages/slurm-client/src/rest`;

export const specificationPath = ({ version }: RecordedVersion): string => `${folder}/fixtures/specification-${version}.json`;
export const exchangesPath = ({ version }: RecordedVersion): string => `${folder}/fixtures/exchanges-${version}.json`;
export const typesPath = (name: string): string => `${folder}/generated/${name}.ts`;
