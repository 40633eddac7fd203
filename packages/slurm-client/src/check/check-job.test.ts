import { compose, OptionsError } from "@hpckit/core";
import { scriptedTransport, type ScriptedCall, type ScriptedReply, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { readCapabilities } from "../cluster/capabilities.js";
import { parseConfig } from "../cluster/config-values.js";
import { ControllerUnreachableError } from "../error/slurm-error.js";
import { allClusterRecordings, type ClusterRecordings } from "../fixtures/cluster-recordings.js";
import { recorded } from "../fixtures/recordings.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import { step } from "../step/step.js";
import type { CheckFinding } from "./check-finding.js";
import { checkJob } from "./check-job.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };
const what: readonly (readonly [RegExp, string])[] = [
  [/show partition/, "partitions"],
  [/show node/, "nodes"],
  [/show reservation/, "reservations"],
  [/show licenses/, "licenses"],
  [/show qos/, "qos"],
  [/show user/, "associations"],
  [/assoc_mgr/, "limit usage"],
];

/** Answers as the cluster did, but for what a test says; the login's clock is that of the recording. */
function login(cluster: ClusterRecordings, changes: (asked: string) => ScriptedReply | undefined = () => undefined): ScriptedTransport {
  return scriptedTransport(({ argv }: ScriptedCall) => {
    const words = argv.slice(argv.indexOf("hpckit") + 1);
    const asked = words.join(" ");
    const changed = changes(asked);
    if (changed !== undefined) return changed;
    if (asked.includes("clock")) return { stdout: `clock ${recorded(cluster, "clock").stdout}${words.slice(4).map((folder) => (folder.startsWith("/nowhere") ? "place \n" : "place edrwx\n")).join("")}` };
    if (asked.includes("squeue")) return {};
    const [, name = asked] = what.find(([pattern]) => pattern.test(asked)) ?? [];
    return recorded(cluster, name);
  });
}

const check = (cluster: ClusterRecordings, transport: ScriptedTransport, spec: Partial<JobSpecInput>): Promise<readonly CheckFinding[]> => {
  const config = recorded(cluster, "config").stdout;
  const capabilities = readCapabilities(parseConfig(config), { clock: recorded(cluster, "clock").stdout.trim(), config });
  return checkJob(scriptedContext({ ...transport, target: { ...transport.target, user: "alice" } }, { capabilities, maxArraySize: 5001 }), { launch, ...spec });
};

describe.each(allClusterRecordings)("a check on Slurm $version", (cluster) => {
  it("asks for everything at once, and only for what the job needs", async () => {
    const transport = login(cluster);
    expect(await check(cluster, transport, { time: "20m" })).toEqual([]);
    const asked = transport.calls.map(({ argv }) => argv.join(" "));
    expect(asked).toHaveLength(7);
    expect(asked.some((words) => words.includes("licenses") || words.includes("squeue"))).toBe(false);
  });

  it("puts together what is found by all that was asked, the worst first", async () => {
    const findings = await check(cluster, login(cluster), { partition: "dev", time: "2h", licenses: ["matlab:9"], workFolder: "/nowhere/it's", dependency: { anyOf: { afterAny: [17], after: [{ job: "18_3", minutes: 5 }] } } });
    expect(findings.map(({ kind }) => kind).sort()).toEqual(["folder-missing", "over-limit", "unknown-dependency", "unknown-dependency", "waits-for-licenses"]);
    expect(findings.at(-1)?.severity).toBe(cluster.version.startsWith("22") ? "note" : "will-wait");
    expect(findings.find(({ kind }) => kind === "folder-missing")?.message).toContain("/nowhere/it's");
  });

  it("says which field names a folder that is not there", async () => {
    const findings = await check(cluster, login(cluster), { time: "1m", output: "/nowhere/50%%/%j", error: "/nowhere/%j/%x", launch: compose(["true"], [], { cwd: "/nowhere/work" }) });
    const ofPattern = cluster.version.startsWith("22") ? ["folder-missing never-starts error"] : [];
    expect(findings.map(({ kind, severity, field }) => `${kind} ${severity} ${field}`)).toEqual(["folder-missing refused output", ...ofPattern, "folder-missing note launch"]);
    expect(findings[0]?.message).toContain("folder /nowhere/50%:");
    expect(findings.at(-1)?.message).toContain("/nowhere/work");
  });

  it("knows the MPI types of steps, and options that its srun lacks", async () => {
    const types = (asked: string): ScriptedReply | undefined => (asked.includes("--mpi=list") ? { stdout: "MPI plugin types are...\n\tnone\n\tpmi2\n" } : undefined);
    const withStep = (mpi: string): Partial<JobSpecInput> => ({ time: "1m", launch: compose(["true"], [step({ mpi })]) });
    expect(await check(cluster, login(cluster, types), withStep("pmi3"))).toMatchObject([{ kind: "unknown-mpi-type", severity: "refused", field: "launch", message: expect.stringContaining('did you mean "pmi2"?') as string }]);
    expect(await check(cluster, login(cluster, types), withStep("pmi2"))).toEqual([]);
    const silent = login(cluster, (asked) => (asked.includes("--mpi=list") ? { exitCode: 1, stderr: "srun: error: no" } : undefined));
    expect(await check(cluster, silent, withStep("pmi2"))).toMatchObject([{ kind: "not-checked", field: "launch" }]);
  });

  it("says what it could not check, and takes no failure for an answer", async () => {
    const away = login(cluster, (asked) => (asked.includes("sacctmgr") ? { exitCode: 1, stderr: "sacctmgr: error: Problem talking to the database: Connection refused\n" } : asked.includes("squeue") ? { exitCode: 1, stderr: "squeue: error: timed out\n" } : undefined));
    const findings = await check(cluster, away, { qos: "nope", account: "nope", partition: "dev", time: "2h", dependency: { afterOk: [17] } });
    expect(findings.map(({ kind, severity, field }) => `${kind} ${severity} ${field}`)).toEqual(["over-limit never-starts time", "not-checked note qos", "not-checked note account", "not-checked note dependency"]);
    expect(findings[1]?.message).toContain("Connection refused");
    const hanging = await check(cluster, login(cluster, (asked) => (asked.includes("sacctmgr") ? { exitCode: 124 } : undefined)), {});
    expect(hanging.map(({ message }) => message)).toContain("not checked, because the cluster did not say: slurmdbd did not answer sacctmgr within 30 seconds");
  });

  it("fails where the controller does not answer", async () => {
    const away = login(cluster, (asked) => (asked.includes("scontrol") ? { exitCode: 1, stderr: "Unable to contact slurm controller (connect failure)\n" } : undefined));
    await expect(check(cluster, away, {})).rejects.toThrow(ControllerUnreachableError);
  });

  it("refuses a spec that is wrong in itself, before anything is asked", async () => {
    const transport = login(cluster);
    await expect(check(cluster, transport, { partitoin: "dev" } as object)).rejects.toThrow(OptionsError);
    expect(transport.calls).toHaveLength(0);
  });
});
