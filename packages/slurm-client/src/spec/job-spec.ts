import type { Launch, Recipe } from "@hpckit/core";
import type { ArrayTasks, ArrayTasksInput } from "./array-tasks.js";
import type { FileFields } from "./fields/file-fields.js";
import type { GpuFields, GpuFieldsInput } from "./fields/gpu-fields.js";
import type { IdentityFields } from "./fields/identity-fields.js";
import type { MemoryFields, MemoryFieldsInput } from "./fields/memory-fields.js";
import type { NoticeFields } from "./fields/notice-fields.js";
import type { PlacementFields, PlacementFieldsInput } from "./fields/placement-fields.js";
import type { ProcessorFields } from "./fields/processor-fields.js";
import type { QueueFields, QueueFieldsInput } from "./fields/queue-fields.js";
import type { RunFields } from "./fields/run-fields.js";
import type { ScheduleFields, ScheduleFieldsInput } from "./fields/schedule-fields.js";
import type { SiteFields, SiteFieldsInput } from "./fields/site-fields.js";
import type { TaskFields, TaskFieldsInput } from "./fields/task-fields.js";
import type { TimeFields, TimeFieldsInput } from "./fields/time-fields.js";

/** Options of sbatch that have no field. */
export interface ExtraArguments {
  /**
   * Options of sbatch that have no field here (those of a site's plugins, of a newer Slurm), each as one word such as `--name=value`.
   * Nothing is checked about them but that sbatch does not take them for another option.
   */
  readonly extraArguments?: readonly string[] | undefined;
}

/**
 * What a job asks for; each component of a heterogeneous job asks for its own.
 * @see sbatch(1)
 */
export interface ComponentSpecInput
  extends QueueFieldsInput, TimeFieldsInput, TaskFieldsInput, ProcessorFields, MemoryFieldsInput, GpuFieldsInput, PlacementFieldsInput, ExtraArguments {}

/** A {@link ComponentSpecInput} that has been checked. */
export interface ComponentSpec extends QueueFields, TimeFields, TaskFields, ProcessorFields, MemoryFields, GpuFields, PlacementFields, ExtraArguments {}

/**
 * What a batch job asks for, and how its command runs. A field that this cluster's Slurm does not know is refused before
 * anything is sent.
 */
export interface JobSpecInput extends ComponentSpecInput, IdentityFields, ScheduleFieldsInput, SiteFieldsInput, NoticeFields, FileFields, RunFields {
  /** How the command runs, on the first node of the job. */
  readonly launch: Recipe | Launch;
  /** Runs the script once for each index, told by `$SLURM_ARRAY_TASK_ID`. */
  readonly array?: ArrayTasksInput | undefined;
  /**
   * Makes a heterogeneous job, of two components or more that start together; the script runs on the first one's first node.
   * What stands beside this list holds for each component that does not say otherwise.
   * @see https://slurm.schedmd.com/heterogeneous_jobs.html
   */
  readonly components?: readonly ComponentSpecInput[] | undefined;
}

/** A {@link JobSpecInput} that has been checked: plain data, in units. */
export interface JobSpec extends ComponentSpec, IdentityFields, ScheduleFields, SiteFields, NoticeFields, FileFields, RunFields {
  readonly launch: Recipe | Launch;
  readonly array?: ArrayTasks | undefined;
  /** As written, without what stands beside the list: see {@link componentsOf}. */
  readonly components?: readonly ComponentSpec[] | undefined;
}

/**
 * What each component of a job asks for, complete; of a job without components what the job asks for. What belongs to the whole
 * job (its name, when it begins, its files) is that of the first.
 */
export function componentsOf<Spec extends JobSpec>(spec: Spec): readonly Spec[] {
  const { components, ...whole } = spec;
  if (components === undefined) return [spec];
  return components.map((component) => ({ ...whole, ...withoutUndefined(component) }) as unknown as Spec);
}

const withoutUndefined = (component: ComponentSpec): ComponentSpec => Object.fromEntries(Object.entries(component).filter(([, value]) => value !== undefined));
