import { readFileSync } from "node:fs";
import { OutputUnreadableError } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { measureInstance, type InstanceMeasure } from "./measure-instance.js";
import { parseStats } from "./parse-stats.js";

const fixture = JSON.parse(readFileSync(new URL("fixtures/stats-cgroup-v1.json", import.meta.url), "utf8")) as { readonly stats: unknown };
const recorded = `${JSON.stringify(fixture.stats, undefined, "\t")}\n`;
const nothing = { cpuSeconds: undefined, memoryBytes: undefined, memoryLimitBytes: undefined, memoryPeakBytes: undefined, tasks: undefined, readBytes: undefined, writtenBytes: undefined };

describe("parseStats", () => {
  it("reads what is counted, and no limit where there is none", () => {
    expect(parseStats(recorded)).toEqual({ ...nothing, cpuSeconds: 109123.669662993, memoryBytes: 2453958656, memoryPeakBytes: 13742960640, tasks: 1 });
  });

  it("reads limits, and adds up disks", () => {
    const io = [{ op: "Read", value: 4096 }, { major: 8, op: "Read", value: 1 }, { op: "Write", value: 512 }, { op: "Discard" }, { op: "Write" }];
    const stats = { cpu_stats: {}, memory_stats: { usage: { usage: 7, failcnt: 0, limit: 100_000_000 } }, blkio_stats: { io_service_bytes_recursive: io } };
    expect(parseStats(JSON.stringify(stats))).toEqual({ ...nothing, memoryBytes: 7, memoryLimitBytes: 100_000_000, readBytes: 4097, writtenBytes: 512 });
    expect(parseStats('{"cpu_stats":{},"memory_stats":{"usage":{"usage":7,"limit":18446744073709551615}}}').memoryLimitBytes).toBeUndefined();
  });

  it("knows nothing of controllers that are not there", () => {
    expect(parseStats('{"cpu_stats":{"cpu_usage":{"usage_in_kernelmode":0}},"memory_stats":{"usage":{"failcnt":0,"limit":0}},"pids_stats":{},"blkio_stats":{}}')).toEqual(nothing);
  });

  it.each(["", "{}", "INFO: none", "[]", '{"cpu_stats":{"cpu_usage":{"total_usage":"1"}},"memory_stats":{}}', recorded.slice(0, -3)])("throws on %j", (stdout) => {
    expect(() => parseStats(stdout)).toThrow(OutputUnreadableError);
  });
});

describe("measureInstance", () => {
  const book = JSON.stringify({ pid: 7, ppid: 6, name: "db", image: "/i.sif", logErrPath: "/e", logOutPath: "/o" });
  const measured = (state: string, reply: ScriptedReply): Promise<InstanceMeasure> => {
    const on = scriptedTransport(({ argv }) => (argv[2]?.includes("instance stats") === true ? reply : { stdout: `h ${state} 99 - - ${book}\n` }));
    return measureInstance(on, "db", { program: "/opt/engine" });
  };

  it("says figures, why there are none, and that nothing runs", async () => {
    expect(await measured("alive", { stdout: recorded })).toEqual({ kind: "measured", figures: parseStats(recorded) });
    // As Apptainer 1.4.5 says it of an instance without a cgroup, with its usage text.
    const stderr = 'Error for command "stats": stats are only available if cgroups are enabled, see the Apptainer instance user guide for instructions\n\n';
    expect(await measured("alive", { exitCode: 1, stdout: "Usage:\n", stderr })).toEqual({ kind: "unknown", reason: "stats are only available if cgroups are enabled, see the Apptainer instance user guide for instructions" });
    expect(await measured("alive", { exitCode: 127, stderr: "sh: exec: /opt/engine: not found\n" })).toEqual({ kind: "unknown", reason: "sh: exec: /opt/engine: not found" });
    expect(await measured("dead", { stdout: recorded })).toMatchObject({ kind: "not-running", state: { kind: "dead-but-listed" } });
    await expect(measured("alive", { stdout: "" })).rejects.toThrow(OutputUnreadableError);
  });
});
