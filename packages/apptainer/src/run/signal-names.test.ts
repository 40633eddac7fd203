import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { signalOf } from "./signal-names.js";

const byItself = ["SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH"];
const names = Object.entries(constants.signals).filter(([name]) => !["SIGIOT", "SIGPOLL", "SIGUNUSED"].includes(name));

describe("signalOf", () => {
  it.each(names.filter(([name]) => !byItself.includes(name)))("means %s by what a shell says of a process that it ended", (name, number) => {
    const { stdout } = runShell("sh", `sh -c 'kill -${number} $$'; echo $?`);
    expect(signalOf(Number(stdout))).toBe(name);
  });

  it.each([0, 1, 128, 145, 160, 255])("takes %i for an exit code: no signal ends a process so", (status) => {
    expect(signalOf(status)).toBeUndefined();
  });
});
