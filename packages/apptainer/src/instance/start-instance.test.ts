import { scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { sif } from "../image/image.js";
import { startInstance, type StartedInstance } from "./start-instance.js";

/** No instance is listed, before and after. */
const started = (reply: ScriptedReply): Promise<StartedInstance> =>
  startInstance(scriptedTransport(({ argv }) => (argv.join(" ").includes("instance start") ? reply : {})), sif("/x.sif"), { name: "db" });

describe("a start that fails", () => {
  it.each<[string, ScriptedReply, string, string]>([
    ["the engine's reason, and what to do", { exitCode: 255, stderr: "INFO:    x\nFATAL:   container creation failed: mount source /a doesn't exist\n" }, "instance-not-started", "mount source /a doesn't exist (a path that is mounted"],
    ["what the script before it said", { exitCode: 73, stderr: "hpckit: /h/claim could not be made\n" }, "instance-not-started", "hpckit: /h/claim could not be made"],
    ["that another one was faster, and has ended", { exitCode: 80 }, "instance-not-started", "another start was faster"],
    ["that nothing was said", { exitCode: 3 }, "instance-not-started", "the engine ended with status 3 and said nothing"],
    ["that it was gone at once", { exitCode: 0 }, "instance-not-started", "it was gone at once"],
    ["that a signal left it unknown", { signal: "SIGKILL" }, "instance-start-interrupted", "was ended by SIGKILL, and the engine may go on with it"],
    ["that a signal to a shell left it unknown", { exitCode: 137, stderr: "INFO:    x\n" }, "instance-start-interrupted", "was ended by SIGKILL"],
  ])("says %s", async (_what, reply, code, message) => {
    await expect(started(reply)).rejects.toMatchObject({ name: "InstanceError", code, retryable: code === "instance-start-interrupted", message: expect.stringContaining(message) as string });
  });
});
