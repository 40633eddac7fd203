import { HpckitError, OptionsError, parseOptions, type Cancellable } from "@hpckit/core";
import { findBudgets } from "../association/budget.js";
import { suggest } from "../check/checked-job.js";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import type { ClusterNode } from "../node/cluster-node.js";
import { matchesFilter, nodeFilterSchema } from "../node/node-filter.js";
import { findMaintenanceWindows } from "../reservation/maintenance-window.js";
import { readPlainOptions } from "../slurm/plain-options.js";
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
  const ask = <Topic extends ClusterTopic>(topic: Topic) => async (options: Cancellable = {}): Promise<ClusterAnswers[Topic]> => certain<ClusterAnswers[Topic]>((await backend.survey([topic], readPlainOptions(options, `inspect.${topic}`)))[topic]);
  return {
    features: async (options = {}) => findFeatures(context, readPlainOptions(options, "inspect.features")),
    partitions: ask("partitions"),
    nodes: async (filter = {}, options) => {
      const checked = parseOptions(nodeFilterSchema, filter, "node filter");
      const nodes = await ask("nodes")(options);
      refuseUnknownPartition(checked.partition, nodes, context.facts);
      return nodes.filter((node) => matchesFilter(node, checked));
    },
    qos: ask("qos"),
    associations: ask("associations"),
    reservations: ask("reservations"),
    maintenanceWindows: async (options = {}) => {
      const { reservations, partitions } = await backend.survey(["reservations", "partitions"], readPlainOptions(options, "inspect.maintenanceWindows"));
      return findMaintenanceWindows(certain(reservations), certain(partitions));
    },
    limitUsage: ask("limitUsage"),
    budgets: async (options) => findBudgets(await ask("limitUsage")(options), user),
    fairShare: ask("fairShare"),
    priorities: async (jobs = [], options = {}) => backend.priorities(parseOptions(dependencyJobsSchema, jobs, "jobs"), readPlainOptions(options, "inspect.priorities")),
    startEstimates: async (jobs, options = {}) => backend.startEstimates(parseOptions(dependencyJobsSchema, jobs, "jobs"), readPlainOptions(options, "inspect.startEstimates")),
    tryStart: async (input, given = {}) => {
      const options = readPlainOptions(given, "inspect.tryStart");
      const spec = readJobSpec(input, context.facts.name);
      refuseUnknownOptions(spec, context.facts.version);
      return backend.tryStart(planTrial(spec, context), options);
    },
    licenses: ask("licenses"),
    diagnostics: ask("diagnostics"),
  };
}

/** No node is in a partition that there is not; one that has none has been there since the connection, at the latest. */
function refuseUnknownPartition(asked: string | undefined, nodes: readonly ClusterNode[], { partitions }: ClusterFacts): void {
  const known = [...new Set([...partitions.map(({ name }) => name), ...nodes.flatMap((node) => node.partitions)])];
  if (asked === undefined || known.includes(asked)) return;
  throw new OptionsError("node filter", [{ path: "partition", message: `partition "${asked}": unknown; ${suggest(asked, known, "this user sees none")}` }]);
}

function certain<Answer>(answer: Answer | HpckitError): Answer {
  if (answer instanceof HpckitError) throw answer;
  return answer;
}
