import { scriptedTransport, type ScriptedCall, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { ControllerUnreachableError } from "../error/slurm-error.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { queryQueue } from "./query-queue.js";

const end = ({ argv }: ScriptedCall): string => /Reason:(.*)$/s.exec(argv.at(-1) ?? "")?.[1] ?? "";
const row = (id: string, call: ScriptedCall): string => `${[id, "RUNNING", "1", "1", "0:01", "0:0", "0", "c1", "None"].join("\x1f")}${end(call)}\n`;

/** A cluster where this user has some jobs, and others have some. */
const cluster = (own: readonly string[], others: readonly string[] = []): ScriptedTransport =>
  scriptedTransport((call) => {
    const ids = call.argv.find((word) => word.startsWith("--jobs="))?.slice("--jobs=".length).split(",");
    const seen = call.argv.some((word) => word.startsWith("--user=")) ? own : [...own, ...others];
    // Without it jobs of a hidden partition are there for those alone who ask by their ids.
    if (!call.argv.includes("--all")) return {};
    return { stdout: seen.filter((id) => ids === undefined || ids.includes(id)).map((id) => row(id, call)).join("") };
  });

const which = ({ calls }: ScriptedTransport): readonly string[] => calls.map(({ argv }) => argv.filter((word) => /^--(?:user|jobs)=/.test(word)).join(" "));
const many = Array.from({ length: 2000 }, (_, index) => String(index + 1));
const ask = async (transport: ScriptedTransport, ids: readonly string[]): Promise<readonly string[]> => (await queryQueue(scriptedContext(transport), ids)).map(({ jobId }) => jobId);

describe("queryQueue", () => {
  it("asks nothing for no job: an empty list would mean every job of the cluster", async () => {
    const transport = cluster(["1"]);
    expect(await ask(transport, [])).toEqual([]);
    expect(transport.calls).toEqual([]);
  });

  it("asks for one job alone", async () => {
    const transport = cluster(["1", "2"]);
    expect(await ask(transport, ["2"])).toEqual(["2"]);
    expect(which(transport)).toEqual(["--jobs=2"]);
  });

  it("asks for several among this user's, so that the controller does not send every job", async () => {
    const transport = cluster(["1", "2", "3"]);
    expect(await ask(transport, ["1", "3"])).toEqual(["1", "3"]);
    expect(which(transport)).toEqual(["--user=2001 --jobs=1,3"]);
  });

  it("asks once for thousands, without their ids", async () => {
    const transport = cluster([...many, "5000"]);
    expect(await ask(transport, many)).toEqual(many);
    expect(which(transport)).toEqual(["--user=2001"]);
  });

  it("finds jobs of another user, too", async () => {
    const transport = cluster(["1"], ["2"]);
    expect(await ask(transport, ["1", "2", "3"])).toEqual(["1", "2"]);
    expect(which(transport)).toEqual(["--user=2001 --jobs=1,2,3", "--jobs=2,3"]);
  });

  it("never makes a command longer than a shell takes", async () => {
    const ids = Array.from({ length: 12_000 }, (_, index) => String(4_000_000_000 + index));
    const transport = cluster([], ids);
    expect(await ask(transport, ids)).toHaveLength(12_000);
    expect(Math.max(...transport.calls.map(({ argv }) => argv.join(" ").length))).toBeLessThan(100_000);
  });

  it.each([
    { exitCode: 1, stderr: "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" },
    { exitCode: 0, stderr: "slurm_load_jobs error: Socket timed out on send/recv operation" },
  ])("throws on %j", async (reply) => {
    await expect(ask(scriptedTransport(() => reply), ["1", "2"])).rejects.toThrow(ControllerUnreachableError);
  });
});
