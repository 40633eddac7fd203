import { OptionsError, type Clock } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import type { ConnectSlurmOptions } from "./connect-options.js";
import { connectSlurm } from "./connect-slurm.js";

describe("connectSlurm", () => {
  it.each([
    [{ pollInterval: 1000 }, 'pollInterval: unknown option; did you mean "pollIntervalMs"?'],
    [{ pollIntervalMs: 10 }, "pollIntervalMs"],
    [{ patience: { lostms: 1 } }, 'did you mean "lostMs"?'],
    [{ stateFolder: "relative" }, "an absolute path"],
    [{ keepVariables: ["A=b"] }, "the name of a variable"],
    [{ clock: {} as Clock }, "clock"],
  ])("refuses %j before anything is sent", async (options, message) => {
    const transport = scriptedTransport(() => ({}));
    const connecting = connectSlurm(transport, options as ConnectSlurmOptions);
    await expect(connecting).rejects.toThrow(OptionsError);
    await expect(connecting).rejects.toThrow(message);
    expect(transport.calls).toHaveLength(0);
  });

  it("says that slurmrestd needs the commands beside it", async () => {
    const transport = scriptedTransport(() => ({ stderr: "sh: 1: sbatch: not found" }));
    await expect(connectSlurm(transport)).rejects.toMatchObject({ code: "slurm-missing", message: expect.not.stringContaining("slurmrestd") as string });
    await expect(connectSlurm(transport, { rest: { address: { host: "rest.example", port: 6820 } } })).rejects.toMatchObject({ code: "slurm-missing", message: expect.stringContaining("needed beside slurmrestd") as string });
  });
});
