import { HpckitError, parseOptions, type Cancellable } from "@hpckit/core";
import { findBudgets } from "../association/budget.js";
import { matchesFilter, nodeFilterSchema } from "../node/node-filter.js";
import { findMaintenanceWindows } from "../reservation/maintenance-window.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { dependencyJobsSchema } from "../spec/dependency.js";
import { readJobSpec } from "../spec/read-job-spec.js";
import { refuseUnknownOptions } from "../spec/option/version-gate.js";
import { planTrial } from "../submit/submission-plan.js";
import { findFeatures } from "./cluster-features.js";
import type { ClusterInspection } from "./cluster-inspection.js";
import type { ClusterAnswers, ClusterTopic } from "./survey.js";

export function createInspection(context: SlurmContext): ClusterInspection {
  const { backend, transport } = context;
  const { user } = transport.target;
  const ask = <Topic extends ClusterTopic>(topic: Topic) => async (options?: Cancellable): Promise<ClusterAnswers[Topic]> => certain<ClusterAnswers[Topic]>((await backend.survey([topic], options))[topic]);
  return {
    features: (options) => findFeatures(context, options),
    partitions: ask("partitions"),
    nodes: async (filter = {}, options) => {
      const checked = parseOptions(nodeFilterSchema, filter, "node filter");
      return (await ask("nodes")(options)).filter((node) => matchesFilter(node, checked));
    },
    qos: ask("qos"),
    associations: ask("associations"),
    reservations: ask("reservations"),
    maintenanceWindows: async (options) => {
      const { reservations, partitions } = await backend.survey(["reservations", "partitions"], options);
      return findMaintenanceWindows(certain(reservations), certain(partitions));
    },
    limitUsage: ask("limitUsage"),
    budgets: async (options) => findBudgets(await ask("limitUsage")(options), user),
    fairShare: ask("fairShare"),
    priorities: async (jobs = [], options) => backend.priorities(parseOptions(dependencyJobsSchema, jobs, "jobs"), options),
    startEstimates: async (jobs, options) => backend.startEstimates(parseOptions(dependencyJobsSchema, jobs, "jobs"), options),
    tryStart: async (input, options) => {
      const spec = readJobSpec(input, context.facts.name);
      refuseUnknownOptions(spec, context.facts.version);
      return backend.tryStart(planTrial(spec, context), options);
    },
    licenses: ask("licenses"),
    diagnostics: ask("diagnostics"),
  };
}

function certain<Answer>(answer: Answer | HpckitError): Answer {
  if (answer instanceof HpckitError) throw answer;
  return answer;
}
