import { HpckitError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { associationsQuestion } from "../association/association.js";
import type { Question } from "../backend/question.js";
import { diagnosticsQuestion } from "../diagnostics/diagnostics.js";
import { allClusterRecordings, answerRecorded } from "../fixtures/cluster-recordings.js";
import { recorded } from "../fixtures/recordings.js";
import { licensesQuestion } from "../license/license.js";
import { limitUsageQuestion } from "../limit/limit-usage.js";
import { nodesQuestion } from "../node/cluster-node.js";
import { partitionsQuestion } from "../partition/partition.js";
import { fairShareQuestion } from "../priority/fair-share.js";
import { prioritiesQuestion } from "../priority/job-priority.js";
import { qosQuestion } from "../qos/qos.js";
import { reservationsQuestion } from "../reservation/reservation.js";

const questions: Readonly<Record<string, Question<unknown>>> = {
  partitions: partitionsQuestion,
  nodes: nodesQuestion,
  reservations: reservationsQuestion,
  licenses: licensesQuestion,
  qos: qosQuestion,
  associations: associationsQuestion({ user: "alice", cluster: "" }),
  "limit usage": limitUsageQuestion("alice"),
  "fair share": fairShareQuestion,
  priorities: prioritiesQuestion(["alice"]),
  diagnostics: diagnosticsQuestion,
};

const noise = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("=", " ", "\n", "|", "(", ")", "[", "]", ",", "1", "N", "\0", "\x1f") }));

describe.each(Object.entries(questions))("an answer about %s", (what, question) => {
  it("that is damaged anywhere is read or refused, and nothing else happens", () => {
    for (const cluster of allClusterRecordings) {
      const { stdout } = recorded(cluster, what);
      const damage = fc.record({ at: fc.nat(stdout.length), length: fc.nat(60), text: noise });
      fc.assert(
        fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
          const damaged = damages.reduce((text, { at, length, text: put }) => text.slice(0, at) + put + text.slice(at + length), stdout);
          try {
            answerRecorded({ ...cluster, recordings: [{ what, argv: question.argv, exitCode: 0, stdout: damaged, stderr: "" }] }, what, question);
          } catch (error) {
            expect(error).toBeInstanceOf(HpckitError);
          }
        }),
        { numRuns: 350 },
      );
    }
  });

  it("of a program that failed is none, whatever it printed", () => {
    for (const cluster of allClusterRecordings) {
      const failed = { ...recorded(cluster, what), exitCode: 1 };
      expect(() => answerRecorded({ ...cluster, recordings: [failed] }, what, question)).toThrow(HpckitError);
    }
  });
});
