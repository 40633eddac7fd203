import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { secret } from "../secret/secret.js";
import { sh } from "../shell/sh.js";
import { expand, raw } from "../shell/word.js";
import { applyLayers, compose } from "./compose.js";
import { addingLayer, fragment, setVariable } from "./layers.js";
import type { Launch } from "./launch.js";
import { renderScript } from "./render-script.js";

const folder = mkdtempSync(join(tmpdir(), "render-"));
afterAll(() => rmSync(folder, { recursive: true }));

const launch = (argv: Launch["argv"], added: Parameters<typeof addingLayer>[1] = {}): Launch =>
  applyLayers(compose(argv), [addingLayer("added", added)]);
const print = (format: string, ...words: Launch["argv"]): Launch["argv"] => ["printf", format, ...words];

/** Runs a launch, and signals its script once it has printed something. */
async function signalled(shell: string, rendered: Launch, signal: NodeJS.Signals): Promise<{ status: unknown; stdout: string }> {
  const child = spawn(shell, ["-c", renderScript(rendered).text]);
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (stdout === "") child.kill(signal);
    stdout += chunk.toString();
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  return { status, stdout };
}

describe.each(shells)("renderScript, run by %s", (shell) => {
  const run = (rendered: Launch, options: Parameters<typeof runShell>[2] = {}) => runShell(shell, renderScript(rendered).text, options);

  it("brings values and arguments byte for byte", () => {
    const text = fc.string({ unit: "grapheme" }).map((value) => value.replaceAll("\0", ""));
    fc.assert(
      fc.property(text, text, (value, argument) => {
        const rendered = launch(["sh", "-c", `printf '%s\\001%s' "$V" "$1"`, "sh", argument], { setup: [setVariable("V", value)] });
        expect(run(rendered).stdout).toBe(`${value}\u0001${argument}`);
      }),
      { numRuns: 40 },
    );
  });

  it("runs steps in order, the outer layer's first", () => {
    const layers = ["outer", "inner"].map((name) => addingLayer(name, { setup: [fragment(sh`echo ${name}`)] }));
    expect(run(applyLayers(compose(["echo", "command"]), layers)).stdout).toBe("outer\ninner\ncommand\n");
  });

  it("ends with the status of a step that fails, and does not start the command", () => {
    const failing = [fragment(sh`(exit 41)`), fragment(sh`true; (exit 41); true`), setVariable("A", raw('"$(exit 41)"'))];
    for (const step of failing) {
      expect(run(launch(["echo", "started"], { setup: [step], teardown: [fragment(sh`echo down`)] }))).toMatchObject({ status: 41, stdout: "down\n" });
      expect(run(launch(["echo", "started"], { setup: [step] }))).toMatchObject({ status: 41, stdout: "" });
    }
  });

  it("ends with the command's own status, whatever the teardown does", () => {
    expect(run(launch(["sh", "-c", "exit 7"], { teardown: [fragment(sh`false`), fragment(sh`echo second; exit 3`)] }))).toMatchObject({ status: 7, stdout: "second\n" });
    expect(run(launch(["no-such-program-here"], { teardown: [fragment(sh`echo down`)] }))).toMatchObject({ status: 127, stdout: "down\n" });
  });

  it("leaves the command's input to the command", () => {
    expect(run(launch(["cat"], { teardown: [fragment(sh`echo down`)] }), { input: "in\n" }).stdout).toBe("in\ndown\n");
    expect(run(launch(["cat"]), { input: "in\n" }).stdout).toBe("in\n");
  });

  it("enters the folder after the setup", () => {
    const into = applyLayers(compose(["pwd"], [], { cwd: expand("$PLACE") }), [addingLayer("p", { setup: [setVariable("PLACE", folder)] })]);
    expect(run(into).stdout).toBe(`${folder}\n`);
    expect(run({ ...into, cwd: join(folder, "gone") })).toMatchObject({ stdout: "" });
    expect(run({ ...into, cwd: join(folder, "gone") }).status).not.toBe(0);
  });

  it("prepends a folder without ever adding an empty entry", () => {
    const rendered = launch(print("%s", raw('"$LIST"')), { setup: [{ kind: "prepend", name: "LIST", folder: "/a b" }] });
    expect(run(rendered).stdout).toBe("/a b");
    expect(run(rendered, { env: { LIST: "/c" } }).stdout).toBe("/a b:/c");
  });

  it("appends a folder likewise, byte for byte", () => {
    const rendered = launch(print("%s", raw('"$LIST"')), { setup: [{ kind: "append", name: "LIST", folder: "/it's $a" }, { kind: "prepend", name: "LIST", folder: "/b" }] });
    expect(run(rendered).stdout).toBe("/b:/it's $a");
    expect(run(rendered, { env: { LIST: "/c $d" } }).stdout).toBe("/b:/c $d:/it's $a");
  });

  it("holds no secret, and does not leave its carrier in the command's environment", () => {
    const rendered = renderScript(launch(["env"], { setup: [setVariable("TOKEN", secret("canary'7"))] }));
    expect(rendered.text).not.toContain("canary");
    expect(rendered.secrets.map(({ name, value }) => [name, value.reveal()])).toEqual([["HPCKIT_SECRET_0_TOKEN", "canary'7"]]);
    const { stdout } = runShell(shell, rendered.text, { env: { HPCKIT_SECRET_0_TOKEN: "canary'7" } });
    expect(stdout).toContain("TOKEN=canary'7\n");
    expect(stdout).not.toContain("HPCKIT_SECRET");
  });

  it("ends where a secret did not arrive", () => {
    expect(run(launch(["echo", "started"], { setup: [setVariable("TOKEN", secret("x"))] })).stdout).toBe("");
  });

  it.each(["SIGTERM", "SIGINT", "SIGUSR1", "SIGHUP"] as const)("hands %s to the command, waits for it, then tears down", async (signal) => {
    const gone = join(folder, `${shell}-${signal}`);
    // A shell starts its background children with INT ignored, so that one arrives as TERM.
    const name = signal === "SIGINT" ? "TERM" : signal.slice(3);
    const program = `trap 'echo got; exit 9' ${name}; echo ready; while :; do sleep 0.05; done`;
    const rendered = launch(["sh", "-c", program], { teardown: [fragment(sh`echo down > ${gone}`)] });
    expect(await signalled(shell, rendered, signal)).toEqual({ status: 9, stdout: "ready\ngot\n" });
    expect(existsSync(gone)).toBe(true);
  });

  it("tears down when nobody is left who reads what it says", async () => {
    const gone = join(folder, `${shell}-unread`);
    const rendered = launch(["sleep", "30"], { setup: [fragment(sh`echo ready`)], teardown: [fragment(sh`echo leaving; echo leaving >&2; echo down > ${gone}`)] });
    const child = spawn(shell, ["-c", renderScript(rendered).text], { detached: true });
    child.stdout.once("data", () => {
      child.stdout.destroy();
      child.stderr.destroy();
      process.kill(-(child.pid ?? 0), "SIGTERM");
    });
    await new Promise((resolve) => child.once("exit", resolve));
    expect(existsSync(gone)).toBe(true);
  });

  it("says nothing of its own of a command that a signal ends", () => {
    expect(run(launch(["sh", "-c", "kill -s KILL $$"], { teardown: [fragment(sh`:`)] }))).toEqual({ status: 137, stdout: "", stderr: "" });
  });

  it("has the status of a command that is gone before it is waited for again", async () => {
    const slowly = fragment(sh`kill() { command kill "$@"; sleep 0.3; }`);
    for (const [end, status] of [["exit 9", 9], ["exit 0", 0], ["exit 200", 200]] as const) {
      const rendered = launch(["sh", "-c", `trap '${end}' TERM; echo ready; while :; do sleep 0.02; done`], { setup: [slowly], teardown: [fragment(sh`:`)] });
      expect(await signalled(shell, rendered, "SIGTERM")).toEqual({ status, stdout: "ready\n" });
    }
    const unprepared = launch(["sh", "-c", "echo ready; exec sleep 30"], { setup: [slowly], teardown: [fragment(sh`:`)] });
    expect(await signalled(shell, unprepared, "SIGTERM")).toEqual({ status: 143, stdout: "ready\n" });
  });

  it("tells the teardown whether a signal came", async () => {
    const teardown = [fragment(sh`echo "[$hpckit_signal]"`)];
    expect(run(launch(["true"], { teardown })).stdout).toBe("[]\n");
    expect((await signalled(shell, launch(["sh", "-c", "trap 'exit 0' USR1; echo ready; while :; do sleep 0.05; done"], { teardown }), "SIGUSR1")).stdout).toBe("ready\n[USR1]\n");
    expect((await signalled(shell, launch(["true"], { setup: [fragment(sh`echo ready; sleep 0.3`)], teardown }), "SIGTERM")).stdout).toBe("ready\n[TERM]\n");
  });

  it("ends during the setup when a signal comes, and tears down", async () => {
    const rendered = launch(["echo", "started"], { setup: [fragment(sh`echo ready; sleep 0.3`)], teardown: [fragment(sh`echo down`)] });
    expect(await signalled(shell, rendered, "SIGTERM")).toEqual({ status: 143, stdout: "ready\ndown\n" });
  });
});

describe("renderScript", () => {
  it("asks for bash where a fragment does", () => {
    expect(renderScript(launch(["true"], { setup: [fragment(sh`module load x`, { dialect: "bash" })] })).dialect).toBe("bash");
    expect(renderScript(launch(["true"])).dialect).toBe("sh");
  });

  it("runs a fragment of scope node as its launcher says", () => {
    const rendered = launch(["true"], { setup: [fragment(sh`mkdir /tmp/x`, { scope: "node" })] });
    expect(renderScript(rendered, { onEveryNode: ({ shell }) => sh`srun sh -c ${shell}` }).text).toContain("srun sh -c 'mkdir /tmp/x'");
  });
});
