import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { submittedAt } from "../fixtures/scripted-slurm.js";
import type { Slurm } from "../slurm/slurm.js";
import { accepts, claim, framed, login, lost } from "./fixtures/scripted-login.js";

describe("submissions by their keys", () => {
  it.each<[string, (slurm: Slurm, options: object) => Promise<unknown>, object, string]>([
    ["find", (slurm, options) => slurm.submissions.find("k", options), { namspace: "n" }, 'did you mean "namespace"?'],
    ["resolve", (slurm, options) => slurm.submissions.resolve("k", "not-submitted", options), { name: "n" }, "unknown option"],
    ["forget", (slurm, options) => slurm.submissions.forget(options), { olderThen: "30d" }, 'did you mean "olderThan"?'],
    ["forget", (slurm, options) => slurm.submissions.forget(options), { olderThan: "30" }, "a unit is missing"],
    ["forget", (slurm, options) => slurm.submissions.forget(options), { namespace: "n" }, "of keys that are named"],
    ["forget", (slurm, options) => slurm.submissions.forget(options), { keys: [""] }, "an empty text"],
  ])("%s refuses options that it does not know", async (_, call, options, message) => {
    const at = login({ submit: accepts });
    const slurm = await at.connect();
    const before = at.transport.calls.length;
    await expect(call(slurm, options)).rejects.toThrow(OptionsError);
    await expect(call(slurm, options)).rejects.toThrow(message);
    expect(at.transport.calls).toHaveLength(before);
  });

  it("that cannot be looked at are no answer", async () => {
    const at = login({ submit: accepts, look: lost });
    await expect((await at.connect()).submissions.find("k")).rejects.toMatchObject({ code: "connection-lost" });
  });

  it("are sought in accounting since they were claimed, however long ago that was", async () => {
    const at = login({ submit: accepts, look: (call) => framed(call, `0 ${claim("")}`, "0 shown") });
    const slurm = await at.connect();
    at.clock.advance(30 * 24 * 3_600_000);
    await slurm.submissions.find("k");
    const [asked] = at.transport.calls.filter(({ argv }) => argv.includes("sacct"));
    expect(asked?.argv.join(" ")).toContain(`--starttime=uts${submittedAt - 3600} `);
  });

  it("stay unknown where Slurm cannot be asked, which is said", async () => {
    const at = login({ submit: accepts, look: (call) => framed(call, `0 ${claim("")}`, "0 shown"), squeue: () => ({ exitCode: 1, stderr: "slurm_load_jobs error: Unable to contact slurm controller" }) });
    const state = await (await at.connect()).submissions.find("k");
    expect(state).toMatchObject({ kind: "unknown", error: { outcome: "unknown", message: expect.stringContaining("Unable to contact slurm controller") as string, cause: { code: expect.any(String) as string } } });
  });
});
