import { AbortedError, OptionsError, parseOptions, type Cancellable } from "@hpckit/core";
import type { ForgetOptions } from "../submit/forget-options.js";
import { SlurmError } from "../error/slurm-error.js";
import { beginSet, defineSet, prepareSet, refuseOverBudget, setToken, surveySet } from "./begin-set.js";
import { createTaskSet } from "./create-task-set.js";
import { forgetSets, type ForgetSetsResult } from "./forget-sets.js";
import { chooseArrays } from "./send-arrays.js";
import { readSetLog } from "./read-set-log.js";
import { keyOfArray, type SetContext } from "./set-context.js";
import { setReferenceSchema, submitSetSchema, taskSetInputSchema } from "./set-input.js";
import { openSetLog, setFolder, type SetLogFiles } from "./set-log-files.js";
import { createSetState } from "./set-state.js";
import type { SubmitSetOptions, TaskSet, TaskSetInput, TaskSetPlan, TaskSetReference } from "./task-set.js";

/** What a connection offers for sets. */
export interface TaskSets {
  submitSet(input: TaskSetInput, options?: SubmitSetOptions): Promise<TaskSet>;
  planSet(input: TaskSetInput, options?: SubmitSetOptions): Promise<TaskSetPlan>;
  set(reference: TaskSetReference, options?: Cancellable): Promise<TaskSet>;
  forgetSets(options?: ForgetOptions): Promise<ForgetSetsResult>;
}

/** Whatever it was that the abort met. */
const abortedBeforeSending = (key: string, cause: AbortedError): AbortedError =>
  new AbortedError(`the set ${JSON.stringify(key)} was let go before anything of it was sent from here; slurm.submitSet() with the same input begins it, or goes on with it`, { cause, detail: { outcome: "not-sent" } });

export function createTaskSets(context: SetContext): TaskSets {
  const { facts } = context;
  const filesOf = (identity: { readonly key: string; readonly namespace?: string | undefined }): SetLogFiles => openSetLog(context, setFolder(context.stateFolder, facts.name), setToken(context, identity));
  return {
    async submitSet(given, options = {}) {
      const { budget, ...prepareOptions } = parseOptions(submitSetSchema, options, "options of submitSet");
      const input = parseOptions(taskSetInputSchema, given, "task set");
      const { key, namespace } = input;
      const files = filesOf(input);
      const found: { findings: TaskSet["findings"] } = { findings: [] };
      const begin = async () => {
        const prepared = await prepareSet(context, input, prepareOptions);
        const define = async () => {
          const { findings, room } = await surveySet(context, prepared, prepareOptions);
          if (budget === "refuse") refuseOverBudget(findings);
          found.findings = findings;
          return defineSet(prepared, context, room);
        };
        return { records: await beginSet(files, prepared, define, prepareOptions), sender: prepared.sender };
      };
      const { records, sender } = await begin().catch((error: unknown) => {
        throw error instanceof AbortedError ? abortedBeforeSending(key, error) : error;
      });
      return createTaskSet(context, { identity: { key, namespace }, files, records, sender, findings: found.findings, signal: prepareOptions.signal });
    },
    async planSet(given, options = {}) {
      const { signal, onProgress } = parseOptions(submitSetSchema, options, "options of planSet");
      const input = parseOptions(taskSetInputSchema, given, "task set");
      const prepared = await prepareSet(context, input, { signal, onProgress });
      const { findings, room } = await surveySet(context, prepared, { signal });
      const log = readSetLog([defineSet(prepared, context, room)]);
      const { arrays } = log === undefined ? { arrays: [] } : createSetState(log);
      const { queuedAtMost } = prepared.sender;
      const sent = new Set(chooseArrays(arrays, room, { queued: 0, queuedAtMost }));
      const keyOf = (index: number): string => keyOfArray(input, arrays[index]?.array ?? { name: "" });
      const plans = await context.submitter.planAll(arrays.map(({ array }) => prepared.sender.specOf(array)), { key: (_, index) => keyOf(index), namespace: input.namespace, signal });
      const held = arrays.filter((live) => !sent.has(live)).reduce((sum, { array }) => sum + array.tasks.length, 0);
      return {
        arrays: arrays.flatMap((live, index) => {
          const plan = plans[index];
          return plan === undefined ? [] : [{ key: plan.key, tasks: live.array.tasks, held: !sent.has(live), plan }];
        }),
        heldBack: held === 0 ? undefined : { tasks: held, by: room.most <= queuedAtMost ? room.limit : `${queuedAtMost} tasks of a set may be queued at once`, turns: Math.ceil(held / Math.min(room.most, queuedAtMost)) },
        findings,
      };
    },
    async set(given, { signal } = {}) {
      const { cluster, key, namespace } = parseOptions(setReferenceSchema, given, "reference of a set");
      if (cluster !== facts.name) throw new OptionsError("reference of a set", [{ path: "cluster", message: `the set ${JSON.stringify(key)} is one of the cluster ${cluster}; this is ${facts.name}` }]);
      const files = filesOf({ key, namespace });
      const records = await files.readAfter(0, { signal });
      if (readSetLog(records) === undefined) throw new SlurmError("set-unknown", `no set ${JSON.stringify(key)} was begun on ${facts.name} from this user's state folder ${context.stateFolder}`);
      return createTaskSet(context, { identity: { key, namespace }, files, records, sender: undefined, findings: [], signal });
    },
    forgetSets: async (options = {}) => forgetSets(context, options),
  };
}
