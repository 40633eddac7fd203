import { renderScript } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { launchOfArray, variableBytes } from "./task-launch.js";

const bare = { argv: ["sh", "-c", 'printf "%s|%s|%s" "$SET_TASK_ID" "$SLURM_ARRAY_TASK_ID" "${INPUT-unset}"'], setup: [], teardown: [], needs: [] };

describe.each(shells)("the launch of an array of a set (%s)", (shell) => {
  const run = (index: string, ...[array, variables]: [Parameters<typeof launchOfArray>[1], Parameters<typeof launchOfArray>[2]]): string =>
    runShell(shell, renderScript(launchOfArray(bare, array, variables), { onEveryNode: () => ({ shell: ":" }) }).text, { env: { PATH: process.env["PATH"] ?? "", SLURM_ARRAY_TASK_ID: index } }).stdout;

  it("says which task of the set it is", () => {
    expect(run("3", { tasks: [3], offset: 0 }, undefined)).toBe("3|3|unset");
    expect(run("3", { tasks: [5004], offset: 5001 }, undefined)).toBe("5004|3|unset");
  });

  it("gives each task its own variables, byte for byte", () => {
    const values = ["it's $HOME", 'a "b" `c` \\', "two\nlines", "", "é;;)esac"];
    values.forEach((INPUT, task) => {
      expect(run(String(task), { tasks: values.map((_, each) => each), offset: 0 }, values.map((each) => ({ INPUT: each })))).toBe(`${task}|${task}|${INPUT}`);
      expect(INPUT.length).toBeLessThanOrEqual(variableBytes([{ INPUT }], 0));
    });
    expect(run("1", { tasks: [0, 1], offset: 0 }, [{ INPUT: "a" }, {}])).toBe("1|1|unset");
  });
});
