import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { compose, applyLayers, renderScript } from "@hpckit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { oneAtATime } from "./one-at-a-time.js";

let home: string;
let books: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "books-"));
  books = join(home, ".apptainer/instances");
  mkdirSync(books, { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

const claim = `hpckit-${hostname()}-db.start`;
/** @param argv - stands for the engine. */
const script = (argv: readonly string[], before = ""): string => `${before}\n${renderScript(oneAtATime(applyLayers(compose(argv), []), "db")).text}`;
const sleepless = "sleep() { :; }";

describe.each(shells)("a start in %s", (shell) => {
  const start = (before = "", argv: readonly string[] = ["echo", "started"]): ReturnType<typeof runShell> => runShell(shell, script(argv, before), { env: { HOME: home } });

  it("claims its name while it starts, and leaves nothing", () => {
    expect(start("", ["ls", books]).stdout).toBe(`${claim}\n`);
    expect(readdirSync(books)).toEqual([]);
  });

  it("takes the place of one that died, also where its PID is another process's now", () => {
    for (const owner of ["process-4194000-5", `process-${process.pid}-1`, "process-1-", "noise"]) {
      symlinkSync(owner, join(books, claim));
      expect(start(sleepless)).toMatchObject({ status: 0, stdout: "started\n", stderr: "" });
      expect(readdirSync(books)).toEqual([]);
    }
  });

  it("fails where no claim can be made, and says where", () => {
    const failing = "ln() { return 1; }";
    expect(start(`${sleepless}\n${failing}`)).toMatchObject({ status: 73, stdout: "", stderr: expect.stringContaining(`${books}/${claim} could not be made`) as string });
  });

  it("never runs beside another one, however many ask while a dead one's claim is there", async () => {
    symlinkSync("process-4194000-5", join(books, claim));
    const alone = `mkdir "${home}/lock" && sleep 0.05 && rmdir "${home}/lock"`;
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const child = spawn(shell, ["-c", script(["sh", "-c", alone])], { env: { PATH: process.env["PATH"], HOME: home }, stdio: "ignore" });
        return (await once(child, "exit"))[0] as unknown;
      }),
    );
    expect(statuses).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readdirSync(books)).toEqual([]);
  });
});
