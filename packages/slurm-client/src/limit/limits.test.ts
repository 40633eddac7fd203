import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { associationsQuestion } from "../association/association.js";
import { findBudgets } from "../association/budget.js";
import { allClusterRecordings, answerRecorded } from "../fixtures/cluster-recordings.js";
import { qosQuestion } from "../qos/qos.js";
import { limitUsageQuestion, parseLimitUsage } from "./limit-usage.js";

describe.each(allClusterRecordings)("limits of Slurm $version", (cluster) => {
  const qos = new Map(answerRecorded(cluster, "qos", qosQuestion).map((each) => [each.name, each]));
  const associations = answerRecorded(cluster, "associations", associationsQuestion({ user: "alice", cluster: "" }));
  const usage = answerRecorded(cluster, "limit usage", limitUsageQuestion("alice"));

  it("of a QOS are for a job, a user, an account, and all its jobs", () => {
    expect(qos.get("tight")).toEqual({
      name: "tight",
      priority: 0,
      flags: ["DenyOnLimit"],
      deniesOnLimit: true,
      perJob: { maxTres: { cpu: 4, node: 2, "gres/gpu": 1 }, maxTresPerNode: { cpu: 3 }, minTres: { cpu: 2 }, maxTresMinutes: { cpu: 60 }, maxTimeSeconds: 7200 },
      perUser: { maxTres: { cpu: 8 }, maxJobs: 2, maxSubmitJobs: 5 },
      perAccount: { maxTres: {}, maxJobs: Infinity, maxSubmitJobs: 9 },
      group: { maxTres: { cpu: 32, mem: 65_536 }, maxTresMinutes: { cpu: 100 }, maxTresRunMinutes: { cpu: 5000 }, maxJobs: 9, maxSubmitJobs: 20, maxTimeSeconds: 60_000 },
      preempts: ["low"],
      preemptMode: "cluster",
      graceTimeSeconds: 30,
      usageFactor: 1,
    });
    expect(qos.get("normal")).toMatchObject({ deniesOnLimit: false, perJob: { maxTres: {}, maxTimeSeconds: Infinity }, perUser: { maxJobs: Infinity } });
  });

  it("belong to one QOS each, also where a name holds a line break", () => {
    expect([...qos.keys()].filter((name) => name.includes("\n"))).toHaveLength(1);
    expect(qos.size).toBe(6);
  });

  it("of a user's associations are those that were handed down, too", () => {
    expect(associations.map(({ account, partition }) => [account, partition]).sort()).toEqual([["climate", undefined], ["sub", "dev"]]);
    const own = associations.find(({ account }) => account === "climate");
    expect(own).toMatchObject({ isDefaultAccount: true, qos: ["express", "lax", "low", "normal", "tight"], defaultQos: "normal", shares: 10, perJob: { maxTimeSeconds: 43_200, maxTresMinutes: { cpu: 600 } }, own: { maxSubmitJobs: 100, maxJobs: Infinity } });
  });

  it("are used by so much, in the controller's count", () => {
    expect(usage.associations.find(({ account, user }) => account === "climate" && user === undefined)).toMatchObject({ tres: { cpu: { limit: 200, used: 2 } }, tresMinutes: { cpu: { limit: 1000 }, "gres/gpu": { limit: 50 } }, jobs: { limit: undefined, used: 1 }, submitJobs: { limit: undefined, used: 2 } });
    expect(usage.associations.find(({ user, partition }) => user === "alice" && partition === undefined)).toMatchObject({ account: "climate", maxSubmitJobs: { limit: 100, used: 2 } });
    const express = usage.qos.find(({ name }) => name === "express");
    expect(express?.users.get(2001)).toMatchObject({ submitJobs: { limit: 4, used: 1 }, jobs: { used: 1 } });
    expect(express?.accounts.get("climate")).toMatchObject({ submitJobs: { limit: undefined, used: 1 }, tres: { "gres/gpu": { used: 2 } } });
    expect(usage.qos.find(({ name }) => name === "tight")).toMatchObject({ tresMinutes: { cpu: { limit: 100, used: 0 } }, submitJobs: { limit: 20, used: 0 } });
  });

  it("of resource minutes are budgets, of which what runs is taken off", () => {
    const budgets = findBudgets(usage, "alice");
    expect(budgets.map(({ account, user, resource, limitMinutes }) => [account, user, resource, limitMinutes])).toEqual([
      ["climate", undefined, "cpu", 1000],
      ["climate", undefined, "gres/gpu", 50],
    ]);
    const [, gpus] = budgets;
    expect(gpus?.runningMinutes).toBeGreaterThan(0);
    expect(gpus?.remainingMinutes).toBe(Math.max(0, 50 - (gpus?.usedMinutes ?? 0) - (gpus?.runningMinutes ?? 0)));
    expect(findBudgets(usage, "nobody")).toEqual([]);
  });
});

describe("an answer about usage", () => {
  it("that shows nothing is of a site that lets nothing be seen", () => {
    expect(parseLimitUsage("Current Association Manager state\n\nNo associations cached in Slurm.\n")).toEqual({ associations: [], qos: [] });
    expect(() => parseLimitUsage("")).toThrow(OutputUnreadableError);
    expect(() => parseLimitUsage("Current Association Manager state\nClusterName=x Account\n")).toThrow(OutputUnreadableError);
  });
});
