import { OptionsError, type Clock } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { connectSlurm } from "./connect-slurm.js";

describe("connectSlurm", () => {
  it.each([
    [{ pollInterval: 1000 }, 'pollInterval: unknown option; did you mean "pollIntervalMs"?'],
    [{ pollIntervalMs: 10 }, "pollIntervalMs: at least 100 milliseconds"],
    [{ pollIntervalMs: 0 }, /^connectSlurm: pollIntervalMs: at least 100 milliseconds$/],
    [{ patience: { lostMs: "5 s" } }, "patience.lostMs: a number of milliseconds, at least 0"],
    [{ patience: { lostMs: -1 } }, "patience.lostMs: at least 0 milliseconds"],
    [{ patience: { heartbeatMs: 5 } }, "patience.heartbeatMs: at least 1000 milliseconds"],
    [{ pollFloorMs: -1 }, "pollFloorMs"],
    [{ pollFloor: 5000 }, 'pollFloor: unknown option; did you mean "pollFloorMs"?'],
    [{ rest: { address: { host: "rest.example", port: 6820, tls: { serverName: "" } } } }, "rest.address"],
    [{ patience: { lostms: 1 } }, 'did you mean "lostMs"?'],
    [{ stateFolder: "relative" }, "an absolute path"],
    [{ keepVariables: ["A=b"] }, "the name of a variable"],
    [{ clock: {} as Clock }, "clock"],
  ])("refuses %j before anything is sent", async (options: object, message: string | RegExp) => {
    const transport = scriptedTransport(() => ({}));
    const connecting = connectSlurm(transport, options);
    await expect(connecting).rejects.toThrow(OptionsError);
    await expect(connecting).rejects.toThrow(message);
    expect(transport.calls).toHaveLength(0);
  });

  it.each([undefined, null, { host: "login.example" }, "login.example"])("takes no %j for a connection", async (given) => {
    await expect(connectSlurm(given as never)).rejects.toThrow(OptionsError);
    await expect(connectSlurm(given as never)).rejects.toThrow("connectSlurm: the first argument is a connection to a login node: await connectSsh(");
  });

  it("says which clusters there are where none of the name is known, and nothing of clusters where that is not known", async () => {
    const to = (clusters: ScriptedReply) => connectSlurm(scriptedTransport(({ argv }) => (argv.includes("sacctmgr") ? clusters : { stdout: `${argv.at(-1) ?? ""} version\nslurm 24.11.5\n`, stderr: "scontrol: fatal: Could not get cluster information" })), { cluster: "gpuu" });
    await expect(to({ stdout: "main\ngpu\n" })).rejects.toMatchObject({ code: "options-invalid", message: 'cluster: no cluster gpuu is known here; did you mean "gpu"?' });
    await expect(to({ stdout: "main\ngpuu\n" })).rejects.toMatchObject({ code: "controller-unreachable" });
    await expect(to({ exitCode: 1, stderr: "sacctmgr: error: Connection refused" })).rejects.toMatchObject({ code: "controller-unreachable" });
  });

  it("takes the sbatch of binFolder, and no other of the PATH", async () => {
    const transport = scriptedTransport(({ argv }) => ({ stderr: `${argv.at(-2) ?? ""}: not found` }));
    await expect(connectSlurm(transport, { binFolder: "/nowhere" })).rejects.toMatchObject({ code: "slurm-missing", message: expect.stringContaining("there is no /nowhere/sbatch that tester can start") as string });
    expect(transport.calls[0]?.argv.at(-2)).toBe("/nowhere/sbatch");
  });

  it("says that slurmrestd needs the commands beside it", async () => {
    const transport = scriptedTransport(() => ({ stderr: "sh: 1: sbatch: not found" }));
    await expect(connectSlurm(transport)).rejects.toMatchObject({ code: "slurm-missing", message: expect.not.stringContaining("slurmrestd") as string });
    await expect(connectSlurm(transport, { rest: { address: { host: "rest.example", port: 6820 } } })).rejects.toMatchObject({ code: "slurm-missing", message: expect.stringContaining("needed beside slurmrestd") as string });
  });
});
