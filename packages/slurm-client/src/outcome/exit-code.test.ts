import { describe, expect, it } from "vitest";
import { accountingShiftsExitCodes, explainExit, parseExitCode, signalName } from "./exit-code.js";

describe("parseExitCode", () => {
  it.each([
    ["3:0", { exitCode: 3, signal: 0 }],
    ["0:9", { exitCode: 0, signal: 9 }],
    ["0:125", { exitCode: 0, signal: 125 }],
    ["768", { exitCode: 3, signal: 0 }],
    ["51200", { exitCode: 200, signal: 0 }],
    ["9", { exitCode: 0, signal: 9 }],
    ["137", { exitCode: 0, signal: 9 }], // with the flag of a core dump
    ["0", { exitCode: 0, signal: 0 }],
  ])("reads %s", (text, expected) => {
    expect(parseExitCode(text)).toEqual(expected);
  });

  it.each(["", ":", "3:", "-1", "N/A", "3:0:0", "1234567"])("reads nothing from %j", (text) => {
    expect(parseExitCode(text)).toBeUndefined();
  });
});

describe("explainExit", () => {
  it.each([
    ["0:0", { kind: "success" }],
    ["3:0", { kind: "exit-code", exitCode: 3 }],
    ["0:15", { kind: "signal", signal: "SIGTERM" }],
    ["0:125", { kind: "out-of-memory" }],
    ["253", { kind: "out-of-memory" }], // as squeue 22.05 writes it
    ["0:53", { kind: "output-file" }],
    ["53", { kind: "output-file" }],
  ])("takes %s for %j", (text, meaning) => {
    expect(explainExit(parseExitCode(text) ?? { exitCode: -1, signal: 0 })).toEqual(meaning);
  });
});

describe("signals and versions", () => {
  it("names signals as Linux numbers them", () => {
    expect([1, 9, 10, 12, 15, 16, 31].map(signalName)).toEqual(["SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM", "SIGSTKFLT", "SIGSYS"]);
    expect(signalName(34)).toBe("SIG34");
  });

  it("knows which sacct takes 128 away", () => {
    const shifting = [[22, 5], [24, 11], [25, 5]] as const;
    const exact = [[25, 11], [26, 5]] as const;
    expect(shifting.map(([major, minor]) => accountingShiftsExitCodes({ major, minor }))).toEqual([true, true, true]);
    expect(exact.map(([major, minor]) => accountingShiftsExitCodes({ major, minor }))).toEqual([false, false]);
  });
});
