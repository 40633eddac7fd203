import { commandLine, expand, OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { byTask, type TaskCommand } from "./by-task.js";

describe.each(shells)("byTask, in %s", (shell) => {
  const run = (task: number, commands: readonly TaskCommand[]) => runShell(shell, commandLine(byTask(commands)), { env: { SLURM_PROCID: String(task), WORD: "a b" } });
  const commands: readonly TaskCommand[] = [{ tasks: [0], argv: ["printf", "%s;", "it's", "$HOME", expand("$WORD")] }, { tasks: [1, 12], argv: ["sh", "-c", "exit 7"] }];

  it("gives each task its command, byte for byte, with its exit code", () => {
    expect(run(0, commands)).toMatchObject({ status: 0, stdout: "it's;$HOME;a b;" });
    expect(run(12, commands)).toMatchObject({ status: 7 });
  });

  it("gives all others the last, or fails where there is none", () => {
    expect(run(2, [...commands, { argv: ["echo", "other"] }])).toMatchObject({ status: 0, stdout: "other\n" });
    expect(run(2, commands)).toMatchObject({ status: 64, stderr: "hpckit: there is no command for task 2\n" });
  });
});

it.each([
  [[{ tasks: [1], argv: ["a"] }, { tasks: [1], argv: ["b"] }], "task 1 has two commands"],
  [[{ argv: ["a"] }, { tasks: [1], argv: ["b"] }], "stands last"],
  [[], "byTask"],
])("byTask refuses %j", (commands, message) => {
  expect(() => byTask(commands)).toThrow(OptionsError);
  expect(() => byTask(commands)).toThrow(message);
});
