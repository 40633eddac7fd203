import type { Cancellable } from "@hpckit/core";
import { associationsQuestion, type Association } from "../association/association.js";
import type { CommandLine } from "../backend/command-line.js";
import { askAll, type Answers, type Question } from "../backend/question.js";
import { diagnosticsQuestion, type Diagnostics } from "../diagnostics/diagnostics.js";
import { licensesQuestion, type License } from "../license/license.js";
import { limitUsageQuestion, type LimitUsage } from "../limit/limit-usage.js";
import { nodesQuestion, type ClusterNode } from "../node/cluster-node.js";
import { partitionsQuestion, type Partition } from "../partition/partition.js";
import { fairShareQuestion, type FairShare } from "../priority/fair-share.js";
import { qosQuestion, type Qos } from "../qos/qos.js";
import { reservationsQuestion, type Reservation } from "../reservation/reservation.js";

/** What a cluster can be asked about itself, as the user that asks may see it. */
export interface ClusterAnswers {
  readonly partitions: readonly Partition[];
  readonly nodes: readonly ClusterNode[];
  readonly reservations: readonly Reservation[];
  readonly licenses: readonly License[];
  readonly qos: readonly Qos[];
  /** Of the user that asks. */
  readonly associations: readonly Association[];
  readonly limitUsage: LimitUsage;
  readonly fairShare: readonly FairShare[];
  readonly diagnostics: Diagnostics;
}

export type ClusterTopic = keyof ClusterAnswers;

/** What was asked, with the error in the place of what could not be answered. */
export type Survey<Topic extends ClusterTopic> = Answers<Pick<ClusterAnswers, Topic>>;

/** Asks Slurm's programs, all in one round trip. */
export function surveyCluster<Topic extends ClusterTopic>(commandLine: CommandLine, topics: readonly Topic[], options: Cancellable = {}): Promise<Survey<Topic>> {
  const { user } = commandLine.transport.target;
  const questions: { readonly [Each in ClusterTopic]: Question<ClusterAnswers[Each]> } = {
    partitions: partitionsQuestion,
    nodes: nodesQuestion,
    reservations: reservationsQuestion,
    licenses: licensesQuestion,
    qos: qosQuestion,
    associations: associationsQuestion({ user, cluster: commandLine.facts.name }),
    limitUsage: limitUsageQuestion(user),
    fairShare: fairShareQuestion,
    diagnostics: diagnosticsQuestion,
  };
  const asked = Object.fromEntries(topics.map((topic) => [topic, questions[topic]])) as { readonly [Each in Topic]: Question<ClusterAnswers[Each]> };
  return askAll<Pick<ClusterAnswers, Topic>>(commandLine, asked, options);
}
