import { execFileSync } from "node:child_process";
import { raw, sh } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { everyLoss, lossIn, lossPatterns, reasonIn, type Loss } from "./engine-words.js";
import { patterns } from "./guard.js";

/** Recorded from Apptainer 1.4.5, each by what causes it. */
const recorded: readonly (readonly [string, Loss | undefined])[] = [
  ["WARNING: Overriding HOME environment variable with APPTAINERENV_HOME is not permitted", "variables"],
  ["source: /.inject-apptainer-env.sh:9:11: invalid var name", "variables"],
  ['source: /.inject-apptainer-env.sh:9:13: reached EOF without closing quote "', "variables"],
  ["WARNING: While bind mounting '/scratch/d2:/mnt': destination is already in the mount point list", "mounts"],
  ["WARNING: Error changing the container working directory. Using '/home/alice' instead: chdir /scratch: no such file or directory", "working-folder"],
  ["WARNING: Ignoring /shared/scratch bind mount: user bind control disabled by system administrator", "mounts"],
  ["WARNING: Ignoring libraries bind request: user bind control disabled by system administrator", "gpu"], // read in its source
  // What a launch says it needs is mounted by name, and the rest of a folder to start in is a loss of its own.
  ["WARNING: Not mounting current directory: user bind control is disabled by system administrator", undefined],
  ["WARNING: Skipping mount /etc/pip.conf [binds]: /etc/pip.conf doesn't exist in container", undefined],
  ["WARNING: Ignoring unknown mount type 'nonesuch'", undefined],
  ["WARNING: can't determine current working directory", undefined],
  ["INFO:    Environment variable SINGULARITYENV_B is set, but APPTAINERENV_B is preferred", undefined],
  ["INFO:    Terminating squashfuse_ll after timeout", undefined],
];

/** What the guard's `case` makes of a line, in a real shell. */
const inShell = (line: string, accepted: readonly Loss[]): boolean =>
  execFileSync("sh", ["-c", sh`case $1 in ${patterns(lossPatterns(accepted))}) echo lost ;; *) ${raw("echo fine")} ;; esac`.shell, "sh", line], { encoding: "utf8" }) === "lost\n";

describe("the words of a loss", () => {
  it.each(recorded)("%s", (line, loss) => {
    expect(lossIn(line)).toBe(loss);
    expect(inShell(line, [])).toBe(loss !== undefined);
    expect(inShell(line, everyLoss.filter((each) => each === loss))).toBe(false);
  });

  it("are the same to the guard and to the parser", () => {
    for (const pattern of lossPatterns([])) {
      for (const line of [pattern.replaceAll("*", " a*b "), pattern.replaceAll("*", "")]) {
        expect(lossIn(line), line).toBeDefined();
        expect(inShell(line, []), line).toBe(true);
      }
      expect(inShell(pattern.replaceAll("*", "").slice(1), []), pattern).toBe(lossIn(pattern.replaceAll("*", "").slice(1)) !== undefined);
    }
  });
});

describe("reasonIn", () => {
  it("gives the cause, and not that what starts an instance failed", () => {
    expect(reasonIn(["FATAL:   container creation failed: x", "FATAL:   while executing starter: failed to start instance"])).toBe("container creation failed: x");
    expect(reasonIn(["INFO:    a", "Error for command \"exec\": unknown flag: --x"])).toBe('Error for command "exec": unknown flag: --x');
    expect(reasonIn(["INFO:    a"])).toBeUndefined();
  });

  it("gives what ended it, and not what could not be cleared up afterwards", () => {
    const fatal = "exec /.singularity.d/actions/start failed: a shared library is likely missing in the image";
    expect(reasonIn([`FATAL:   ${fatal}`, "ERROR:   container cleanup failed: no instance found with name x", "FATAL:   while executing starter: failed to start instance"])).toBe(fatal);
    expect(reasonIn(["ERROR:   no room", "FATAL:   while executing starter: failed to start instance"])).toBe("no room");
  });
});
