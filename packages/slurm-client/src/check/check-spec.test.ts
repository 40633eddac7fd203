import { describe, expect, it } from "vitest";
import { allClusterRecordings } from "../fixtures/cluster-recordings.js";
import { knowledgeOf } from "../fixtures/recorded-knowledge.js";
import { jobSpecSchema } from "../spec/job-spec-schema.js";
import type { CheckFinding } from "./check-finding.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import { checkSpec } from "./check-spec.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };

describe.each(allClusterRecordings)("a job on a cluster of Slurm $version", (cluster) => {
  const known = knowledgeOf(cluster);
  const check = (spec: object, changes: Partial<CheckKnowledge> = {}): readonly CheckFinding[] => checkSpec(jobSpecSchema.parse({ launch, ...spec }), { ...known, ...changes });
  const brief = (spec: object, changes?: Partial<CheckKnowledge>): readonly string[] => check(spec, changes).map(({ kind, severity, field, limit }) => [kind, severity, field, ...(limit === undefined ? [] : [limit.name])].join(" "));

  it.each([{}, { time: "6h" }, { nodes: 2, time: "1h" }, { partition: "dev", time: "1m", gpus: 4 }, { partition: "closed,standard" }, { account: "CLIMATE", qos: "LAX", cpusPerTask: 4 }, { constraint: "icelake&skylake|[x*2]" }, { array: { tasks: "0-97", atOnce: 2 } }])("has nothing in its way: %j", (spec) => {
    expect(check(spec)).toEqual([]);
  });

  it("that names a reservation takes nodes under its maintenance", () => {
    const flags = ["MAINTENANCE"] as const;
    const nodes = known.nodes.map((one) => ({ ...one, state: { ...one.state, flags, takesJobs: false } }));
    const reservations = known.reservations.map((one) => ({ ...one, startsAtSeconds: 0 }));
    const kinds = (spec: object): readonly string[] => check({ nodes: 1, time: "1m", ...spec }, { nodes, reservations }).map(({ kind }) => kind);
    expect(kinds({})).toContain("nodes-unavailable");
    expect(kinds({ reservation: reservations[0]?.name })).not.toContain("nodes-unavailable");
  });

  it("is taken by a hidden partition that is named, and by none that is closed to the user's groups; neither is offered", () => {
    const partitions = (known.partitions ?? []).map((one) => ({ ...one, hidden: one.name === "dev" }));
    const changes = { partitions, groups: ["alice"] };
    expect(check({ partition: "dev", time: "1m" }, changes)).toEqual([]);
    expect(check({ partition: "limited" }, changes)).toMatchObject([{ kind: "partition-closed", severity: "never-starts", field: "partition", message: expect.stringContaining("limited allows the groups research") as string }]);
    expect(check({ partition: "nope" }, changes)[0]?.allowed).toEqual(["standard", "preemptible", "closed", "downpart"]);
  });

  it.each([
    [{ partition: "standrad", memory: "300G" }, ["unknown-partition refused partition", "not-checked note partition"]],
    [{ partition: "standard,nope" }, ["unknown-partition refused partition", "not-checked note partition"]],
    [{ account: "climat" }, ["unknown-account refused account"]],
    [{ account: "sub", partition: "standard" }, ["unknown-account refused account"]],
    [{ qos: "tigt" }, ["unknown-qos refused qos"]],
    [{ account: "nope", qos: "tigt" }, ["unknown-account refused account", "unknown-qos refused qos"]],
    [{ account: "nope", qos: "lax" }, ["unknown-account refused account"]],
    [{ account: "sub", partition: "dev", qos: "tight", cpusPerTask: 2 }, ["unknown-qos refused qos"]],
    [{ partition: "closed" }, ["partition-closed never-starts account"]],
    [{ partition: "limited", qos: "low" }, ["partition-closed never-starts qos"]],
    [{ partition: "downpart" }, ["partition-down will-wait partition"]],
    [{ partition: "dev", time: "2h" }, ["over-limit never-starts time MaxTime"]],
    [{ nodes: 5 }, ["over-limit never-starts nodes MaxNodes", "too-few-nodes never-starts nodes"]],
    [{ partition: "limited", memory: "4G" }, ["over-limit never-starts memory MaxMemPerNode"]],
    [{ partition: "limited", cpusPerTask: 17 }, ["over-limit never-starts cpusPerTask MaxCPUsPerNode"]],
    [{ partition: "closed,dev", time: "2h" }, ["over-limit never-starts time MaxTime"]],
    [{ cpusPerTask: 65 }, ["too-large refused cpusPerTask"]],
    [{ memory: "300G" }, ["too-large refused memory"]],
    [{ gpusPerNode: 5 }, ["too-large refused gpusPerNode"]],
    [{ gpusPerNode: { type: "h100", count: 1 } }, ["too-large refused gpusPerNode"]],
    [{ gpus: 17 }, ["too-large refused gpus"]],
    [{ gpus: 9, nodes: 2 }, ["too-large refused gpus"]],
    [{ gpusPerTask: 5, ntasks: 1 }, ["too-large refused gpusPerTask"]],
    [{ temporaryDisk: "1T" }, ["too-large refused temporaryDisk"]],
    [{ minCpusPerNode: 65 }, ["too-large refused minCpusPerNode"]],
    [{ ntasks: 65, nodes: 1 }, ["too-large refused ntasks"]],
    [{ ntasksPerNode: 128 }, ["too-large refused ntasksPerNode"]],
    [{ ntasksPerNode: 128, ntasks: 4, time: "1m" }, ["too-large refused ntasksPerNode"]],
    [{ ntasksPerNode: 40, ntasks: 2, time: "1m" }, []],
    [{ ntasksPerNode: 128, ntasks: 128, overcommit: true }, []],
    [{ time: "10m", deadline: { in: "1m" } }, [cluster.version.startsWith("22") ? "deadline-too-soon never-starts deadline" : "deadline-too-soon refused deadline"]],
    [{ time: "10m", timeMin: "1m", deadline: { in: "5m" } }, []],
    [{ time: "10m", begin: { in: "1h" }, deadline: { in: "65m" } }, [cluster.version.startsWith("22") ? "deadline-too-soon never-starts deadline" : "deadline-too-soon refused deadline"]],
    [{ time: "1m", begin: { in: "1h" }, deadline: { in: "10m" } }, ["deadline-too-soon refused deadline"]],
    [{ time: "1m", deadline: "2020-01-01T00:00:00Z" }, ["deadline-too-soon refused deadline"]],
    [{ time: "1m", nice: -5 }, ["operators-only note nice"]],
    [{ time: "1m", nice: 5 }, []],
    [{ ntasks: 66, ntasksPerNode: 33, cpusPerTask: 2, nodes: 2, time: "1m" }, ["too-large refused cpusPerTask"]],
    [{ memoryPerGpu: "100G", gpusPerNode: 3 }, ["too-large refused memory"]],
    [{ nodelist: "c[1,9]" }, ["unknown-node refused nodelist"]],
    [{ exclude: "c[1-3]", nodes: 2 }, ["too-few-nodes never-starts nodes"]],
    [{ qos: ["normal", "nope"] }, ["unknown-qos refused qos"]],
    [{ nodes: 3, time: "3h", begin: { in: "1h" } }, []],
    [{ nodes: 3, time: "3h", timeMin: "1h" }, []],
    [{ components: [{ memory: "1G", partition: "dev", time: "1m" }, { memory: "300G", partition: "standard", time: "1m" }, { memory: "1G", partition: "dev", time: "2h" }] }, ["too-large refused components.1.memory", "over-limit never-starts components.2.time MaxTime"]],
    [{ gres: ["fpga:1"] }, ["too-large refused gres"]],
    [{ constraint: "icelak" }, ["unknown-feature refused constraint"]],
    [{ constraint: "icelake", nodes: 3 }, ["too-few-nodes never-starts nodes"]],
    [{ nodes: 4, time: "10m" }, ["nodes-unavailable will-wait nodes"]],
    [{ licenses: ["matlap"] }, ["unknown-license refused licenses"]],
    [{ licenses: ["matlab:11"] }, ["over-limit refused licenses Total"]],
    [{ licenses: ["matlab:9"] }, ["waits-for-licenses will-wait licenses Total"]],
    [{ licenses: ["ansys@flex:10"] }, []],
    [{ licenses: { anyOf: ["ansys@flex:99", "matlab:99"] } }, []],
    [{ array: [5001] }, ["array-too-large refused array MaxArraySize"]],
    [{ reservation: "mant1" }, ["unknown-reservation refused reservation"]],
    [{ reservation: "maint1" }, ["reservation-closed refused reservation"]],
    [{ reservation: "acct" }, ["waits-for-reservation will-wait reservation"]],
    [{ nodes: 3, time: "3h" }, ["waits-for-reservation will-wait time StartTime"]],
    [{ time: "13h" }, ["over-limit never-starts time MaxWall", "over-limit never-starts time MaxTRESMinsPerJob=cpu"]],
    [{ qos: "express", time: "2h" }, ["over-limit never-starts time MaxWall"]],
    [{ qos: "tight", cpusPerTask: 2, time: "3h" }, ["over-limit refused time MaxWall", "over-limit refused time MaxTRESMinsPerJob=cpu", "budget note time GrpTRESMins=cpu"]],
    [{ qos: "lax", cpusPerTask: 8 }, ["over-limit never-starts ntasks MaxTRESPerJob=cpu"]],
    [{ qos: "tight", cpusPerTask: 4 }, ["over-limit refused ntasks MaxTRESPerNode=cpu"]],
    [{ qos: "tight" }, ["under-limit refused ntasks MinTRESPerJob=cpu"]],
    [{ qos: "tight", cpusPerTask: 2, gpus: 2 }, ["over-limit refused gpus MaxTRESPerJob=gres/gpu"]],
    [{ cpusPerTask: 11, time: "1h" }, ["over-limit never-starts time MaxTRESMinsPerJob=cpu"]],
    [{ array: "0-98" }, ["limit-reached refused qos MaxSubmitJobsPerUser"]],
    [{ gpus: 1, time: "55m" }, ["budget note time GrpTRESMins=gres/gpu"]],
  ])("%j: %j", (spec, expected) => {
    expect(brief(spec)).toEqual(expected);
  });

  it("is held to an account's share, to what of it is used, and to a QOS instead where that has its own", () => {
    const cpus = (options: object): readonly string[] => brief({ ntasks: 200, ...options }, { reservations: [] });
    expect(brief({ ntasks: 201, nodes: 4 }, { reservations: [], nodes: known.nodes.map((node) => ({ ...node, state: { ...node.state, takesJobs: true } })) })).toEqual(["over-limit never-starts ntasks GrpTRES=cpu"]);
    expect(cpus({})).toEqual(["limit-reached will-wait ntasks GrpTRES=cpu"]);
    expect(brief({ qos: "express", time: "1h" })).toEqual([]);
    expect(check({ qos: "express", time: "2h" })[0]?.limit).toMatchObject({ owner: "QOS express", value: 3600 });
    expect(check({ time: "13h" })[0]?.limit).toMatchObject({ owner: "account climate, user alice", value: 43_200 });
  });

  it("is held to the partition's QOS before its own", () => {
    expect(check({ partition: "limited", qos: "normal", time: "2h" })).toMatchObject([{ kind: "over-limit", limit: { name: "MaxWall", owner: "QOS express" } }]);
  });

  it("waits for limits that are used up", () => {
    const usage = known.limitUsage;
    const qos = usage.qos.map((each) => (each.name === "tight" ? { ...each, users: new Map([[2001, { tres: { cpu: { limit: 8, used: 7 } }, jobs: { limit: 2, used: 2 }, submitJobs: { limit: 5, used: 5 } }]]) } : each));
    expect(brief({ qos: "tight", cpusPerTask: 2, time: "5m" }, { limitUsage: { ...usage, qos } })).toEqual(["limit-reached refused qos MaxSubmitJobsPerUser", "limit-reached will-wait ntasks MaxTRESPerUser=cpu", "limit-reached will-wait qos MaxJobsPerUser"]);
  });

  it("has a budget that Slurm looks ahead on only if it is set to", () => {
    const gpus = { gpus: 1, time: "55m" };
    expect(brief(gpus, { enforces: ["associations", "limits", "qos", "safe"] })).toEqual(["budget never-starts time GrpTRESMins=gres/gpu"]);
    const spent = { ...known.limitUsage, associations: known.limitUsage.associations.map((each) => (each.account === "climate" && each.user === undefined ? { ...each, tresMinutes: { "gres/gpu": { limit: 50, used: 50 } } } : each)) };
    expect(brief({ gpus: 1, time: "1m" }, { limitUsage: spent })).toEqual(["budget will-wait time GrpTRESMins=gres/gpu"]);
  });

  it("is refused over a partition's limits where the site has it so", () => {
    const longer = { partition: "dev,standard", time: "2h" };
    expect(brief({ partition: "dev", time: "2h" }, { enforcePartLimits: "ANY" })).toEqual(["over-limit refused time MaxTime"]);
    expect(brief(longer)).toEqual([]);
    expect(brief(longer, { enforcePartLimits: "ANY" })).toEqual([]);
    expect(check(longer, { enforcePartLimits: "ALL" })).toMatchObject([{ kind: "over-limit", severity: "refused", limit: { owner: "partition dev", value: 3600 } }]);
  });

  it("is not held to limits that the site does not enforce, nor to what is not known", () => {
    expect(brief({ qos: "lax", cpusPerTask: 8, time: "13h", account: "nope" }, { enforces: [] })).toEqual([]);
    const nothing = { nodes: undefined, reservations: undefined, licenses: undefined, qos: undefined, associations: undefined, limitUsage: undefined };
    expect(brief({ qos: "nope", account: "nope", gpus: 99, constraint: "nope", licenses: ["nope"], reservation: "nope" }, nothing)).toEqual([]);
    expect(brief({ partition: "dev", time: "2h" }, { ...nothing, partitions: undefined })).toEqual([]);
  });

  it("may be shorter than it asks for, and goes before a partition's limits where its QOS says so", () => {
    expect(brief({ partition: "dev", time: "2h", timeMin: "10m" })).toEqual([]);
    expect(brief({ partition: "dev", time: "3h", timeMin: "2h" })).toEqual(["over-limit never-starts timeMin MaxTime"]);
    const flagged = (...flags: readonly string[]): Partial<CheckKnowledge> => ({
      reservations: [],
      qos: known.qos?.map((each) => ({ ...each, flags })),
      partitions: known.partitions?.map((each) => (each.name === "dev" ? { ...each, minNodes: 2, maxNodes: 2 } : each)),
    });
    const limits = (nodes: number, ...flags: readonly string[]): readonly string[] => brief({ partition: "dev", time: "2h", nodes, exclude: nodes === 3 ? undefined : "c4" }, flagged(...flags));
    expect(limits(3)).toEqual(["over-limit never-starts time MaxTime", "over-limit never-starts nodes MaxNodes"]);
    expect(limits(3, "PartitionTimeLimit", "PartitionMaxNodes")).toEqual([]);
    expect(limits(1, "PartitionTimeLimit")).toEqual(["under-limit never-starts nodes MinNodes"]);
    expect(limits(1, "PartitionTimeLimit", "PartitionMinNodes")).toEqual([]);
  });

  it("whose output's folder is named after it is failed by a Slurm that makes none", () => {
    const severities = (changes: Partial<CheckKnowledge>): readonly string[] => brief({ time: "1m", output: "logs/%j/out", error: "err/%4j.%u/%x" }, changes);
    const of = (major: number, minor: number): Partial<CheckKnowledge> => ({ version: { major, minor, patch: 0, text: "" } });
    expect(severities(of(22, 5))).toEqual(["folder-missing never-starts output", "folder-missing never-starts error"]);
    expect(severities(of(24, 5))).toEqual(["folder-missing note output", "folder-missing note error"]);
    expect([...severities(of(24, 11)), ...severities(of(26, 5))]).toEqual([]);
    expect(brief({ time: "1m", output: "logs/%j.out", error: "%x/err" }, of(22, 5))).toEqual([]);
  });

  it("is not brought back by Slurm where preemption cancels", () => {
    const cancelling = { partitions: known.partitions?.map((each) => ({ ...each, preemptMode: "CANCEL" })) };
    expect(check({ requeue: true, partition: "dev,standard", time: "1m" }, cancelling)).toMatchObject([{ kind: "requeue-without-effect", severity: "note", field: "requeue", message: expect.stringContaining("standard, dev: ") as string }]);
    expect([...check({ time: "1m" }, cancelling), ...check({ requeue: true, time: "1m" })]).toEqual([]);
    const qos = (mode: string): Partial<CheckKnowledge> => ({ qos: known.qos?.map((each) => ({ ...each, preemptMode: mode })) });
    expect(brief({ requeue: true, time: "1m" }, { ...cancelling, ...qos("requeue") })).toEqual([]);
    expect(brief({ requeue: true, time: "1m" }, qos("cancel"))).toEqual(["requeue-without-effect note requeue"]);
  });

  it("says what is meant, what is allowed, and what fits", () => {
    expect(check({ partition: "standrad" })[0]).toMatchObject({ message: expect.stringContaining('did you mean "standard"?') as string, allowed: expect.arrayContaining(["standard", "dev"]) as unknown });
    expect(check({ qos: "tigt" })[0]).toMatchObject({ allowed: ["express", "lax", "low", "normal", "tight"], message: expect.stringContaining('did you mean "tight"?') as string });
    expect(check({ memory: "300G" })[0]?.message).toContain("has 256G");
    expect(check({ partition: "closed" })[0]).toMatchObject({ allowed: expect.arrayContaining(["standard"]) as unknown, message: expect.stringContaining("closed allows hydrology") as string });
  });

  it("before maintenance is told how short it must be, and from when it could run after", () => {
    const [finding] = check({ nodes: 3, time: "3h" });
    const end = known.reservations.find(({ isMaintenance }) => isMaintenance)?.endsAtSeconds;
    expect(finding).toMatchObject({ limit: { value: 7140, owner: "reservation maint1" }, earliestStartSeconds: end, message: expect.stringContaining("at most 0-01:59:00") as string });
    expect(check({ nodes: 3, time: { seconds: 7140 } })).toEqual([]);
    expect(check({ nodes: 2, time: "3h" })).toEqual([]);
    const [now] = check({ nodes: 3, time: "10m" }, { nowSeconds: known.nowSeconds + 7300 });
    expect(now).toMatchObject({ kind: "waits-for-reservation", limit: { value: 0 }, message: expect.stringContaining("no shorter time") as string });
    expect(check({ nodes: 3, time: "10m" }, { nowSeconds: (end ?? 0) + 1 })).toEqual([]);
  });

  it("in a reservation must end within it", () => {
    const [own] = known.reservations.filter(({ name }) => name === "acct").map((each) => ({ ...each, flags: [] }));
    if (own === undefined) throw new Error("the reservation was recorded");
    const changes = { reservations: [own], nowSeconds: own.startsAtSeconds + 60 };
    expect(brief({ reservation: "acct", time: "1h" }, changes)).toEqual([]);
    expect(brief({ reservation: "acct", time: "1h" }, { ...changes, nowSeconds: own.endsAtSeconds - 60 })).toEqual(["reservation-too-short never-starts time EndTime"]);
  });

  it("names jobs that are not there", () => {
    expect(brief({}, { unknownJobs: ["7"] })).toEqual([`unknown-dependency ${cluster.version.startsWith("22") ? "note" : "refused"} dependency`]);
  });
});
