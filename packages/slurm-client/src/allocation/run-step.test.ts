import { addingLayer, compose, OptionsError, secret, setVariable, TransportError } from "@hpckit/core";
import { scriptedTransport, type ScriptedCall } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { runStep } from "./run-step.js";

/** The name that a call of srun gave its step. */
const nameIn = ({ argv }: ScriptedCall): string => argv.find((word) => word.startsWith("--job-name="))?.slice("--job-name=".length) ?? "";

describe("a step in a job that runs", () => {
  it("is started by srun, in a clean environment, with secrets outside of its arguments", async () => {
    const transport = scriptedTransport(() => ({ stdout: "out" }));
    const launch = compose(["./model", "a b"], [addingLayer("secret", { setup: [setVariable("TOKEN", secret("s3cret"))] })]);
    const run = await runStep(scriptedContext(transport), "41", launch, { ntasks: 2, name: "mine", stdin: "in" });
    let text = "";
    for await (const piece of run) text += piece;
    expect(text).toBe("out");
    const [call] = transport.calls;
    expect(call?.argv.slice(3, 9)).toEqual(["hpckit", "srun", "--jobid=41", "--export=ALL", expect.stringMatching(/^--job-name=mine-[\da-f]{8}$/), "--ntasks=2"]);
    expect(call?.argv[2]).toContain("env -i");
    expect(JSON.stringify(call?.argv)).not.toContain("s3cret");
    const [carrier = ""] = Object.keys(call?.options.env ?? {});
    expect(call?.argv[2]).toContain(carrier);
    expect(call?.options.stdin).toBe("in");
  });

  it("is not started of what is no command", async () => {
    const transport = scriptedTransport(() => ({}));
    for (const command of ["hostname", {}, null, []]) await expect(runStep(scriptedContext(transport), "41", command as never, {})).rejects.toThrow(OptionsError);
    await expect(runStep(scriptedContext(transport), "41", "hostname" as never, {})).rejects.toThrow('a command is a list of words, e.g. ["ls", "-l"]');
    expect(transport.calls).toEqual([]);
  });

  it("is looked for by its name, and ended alone, where the connection to srun was lost", async () => {
    let name = "";
    const transport = scriptedTransport((call) => {
      if (call.argv.includes("srun")) {
        name = nameIn(call);
        throw new TransportError("connection-lost", "gone");
      }
      return call.argv.includes("squeue") ? { stdout: `41.batch|9|batch\n41.0|10|other\n41.3|11|${name}\n` } : {};
    });
    const run = await runStep(scriptedContext(transport), "41", ["./model"], {});
    await expect(run.result).rejects.toThrow("gone");
    expect(transport.calls.filter(({ argv }) => argv.includes("scancel")).map(({ argv }) => argv.at(-1))).toEqual(["41.3"]);
  });

  it("may say as much on stderr as it likes: the end of it is kept", async () => {
    const transport = scriptedTransport(() => ({ stderr: `${"x".repeat(70_000_000)}the end` }));
    const { stderr } = await (await runStep(scriptedContext(transport), "41", ["./model"], {})).result;
    expect(stderr).toMatch(/^x{1048569}the end$/);
    expect(transport.calls[0]?.options.onStderr).toBeDefined();
    const heard = await runStep(scriptedContext(transport), "41", ["./model"], { onStderr: () => undefined });
    expect((await heard.result).stderr).toBe("");
  });

  it("is no success where srun did not hear how its tasks ended", async () => {
    const unheard = "srun: Job step aborted: Waiting up to 5 seconds for job step to finish.\nsrun: error: Timed out waiting for job step to complete\n";
    const ending = async (stderr: string) => (await runStep(scriptedContext(scriptedTransport(() => ({ stderr }))), "41", ["./model"], {})).result;
    expect(await ending(unheard)).toMatchObject({ ok: false, exitCode: undefined, stderr: unheard });
    expect(await ending(`${unheard}srun: verbose words\n`)).toMatchObject({ ok: false });
    expect(await ending(`${unheard}\nand the task that said it goes on\n`)).toMatchObject({ ok: true, exitCode: 0 });
  });

  it("is refused with options that are wrong, or that this Slurm does not know", async () => {
    const context = scriptedContext(scriptedTransport(() => ({})), { version: { major: 22, minor: 5, patch: 8, text: "22.05.8" } });
    await expect(runStep(context, "41", ["true"], { ntask: 1 } as object)).rejects.toThrow(OptionsError);
    await expect(runStep(context, "41", ["true"], { oomKillStep: true })).rejects.toThrow("oomKillStep: came with Slurm 24.11; this cluster has 22.05.8");
  });
});
