import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runShell, shells, type ShellName } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { renderHeader } from "./claim-record.js";
import { parseLook, readSubmitAnswers, type ScriptAnswer } from "./submit-frames.js";
import { renderLookScript, renderSettleScript, renderSubmitScript, type ScriptedSubmission } from "./submit-script.js";

const marker = "hpckit-0123";
const newFolder = scratchFolders("it's a login é ");

/** A login node: a folder for claims, and an sbatch that is a piece of shell. */
interface Ground {
  readonly claims: string;
  readonly work: string;
  readonly path: string;
  /** What sbatch was given on standard input, run by run. */
  readonly queued: () => readonly string[];
}

function ground(sbatch = "echo $((100 + $(ls \"$QUEUED\" | wc -l)))"): Ground {
  const root = newFolder();
  const [claims, work, bin, queued] = ["state/claims", "work", "bin", "queued"].map((name) => join(root, name)) as [string, string, string, string];
  for (const folder of [work, bin, queued]) mkdirSync(folder);
  writeFileSync(join(bin, "sbatch"), `#!/bin/sh\nQUEUED=$(dirname "$0")/../queued\ncat > "$QUEUED/$$"\n${sbatch}\n`);
  chmodSync(join(bin, "sbatch"), 0o755);
  return { claims, work, path: `${bin}:${process.env["PATH"] ?? ""}`, queued: () => readdirSync(queued).map((name) => readFileSync(join(queued, name), "utf8")) };
}

const header = renderHeader({ key: "it's", spec: "abc", places: { workFolder: "/w", output: "/w/o" } });
const submission = ({ work }: Ground, changes: Partial<ScriptedSubmission> = {}): ScriptedSubmission => ({
  token: "aa", attempt: 1, nonce: "0123", header, folders: [work], workFolder: work, argv: ["sbatch", "--parsable", "--comment=it's $HOME"], script: "#!/bin/sh\necho 'it''s' \"$HOME\" \\\n  `x`\n", ...changes,
});

function submit(at: Ground, submissions: readonly ScriptedSubmission[], shell: ShellName = "sh"): readonly ScriptAnswer[] {
  const { stdout, stderr } = runShell(shell, renderSubmitScript(at.claims, marker, submissions).shell, { env: { PATH: at.path } });
  const answers: ScriptAnswer[] = [];
  const reader = readSubmitAnswers(marker, "/claims", (answer, index) => (answers[index] = answer));
  // In pieces of one character, as a slow connection would bring it.
  for (const character of stdout) reader.push(character);
  expect({ done: reader.isDone(), stderr }).toEqual({ done: true, stderr: "" });
  return answers;
}

describe.each(shells)("the script that submits (%s)", (shell) => {
  it("queues each script byte for byte, and records what sbatch said", () => {
    const at = ground();
    const answers = submit(at, [submission(at), submission(at, { token: "bb", nonce: "4567" })], shell);
    expect(answers).toMatchObject([{ kind: "answered", answer: { kind: "accepted", id: "101" }, taken: undefined }, { kind: "answered", answer: { kind: "accepted", id: "102" } }]);
    expect(at.queued()).toEqual([submission(at).script, submission(at).script]);
    expect(readFileSync(join(at.claims, "aa.1"), "utf8")).toContain(`${header}\nhost `);
    expect(readdirSync(at.claims)).toEqual(["aa.1", "bb.1"]);
  });

  it("starts no sbatch for a key that is claimed, and shows what is known", () => {
    const at = ground();
    const again = submit(at, [submission(at), submission(at, { nonce: "4567" })], shell)[1];
    expect(again).toMatchObject({ kind: "taken", found: { attempts: [{ number: 1, nonce: "0123", state: { kind: "answered", answer: { kind: "accepted", id: "101" } } }], fence: undefined } });
    writeFileSync(join(at.claims, "aa.run"), "job 99 0 c1\n");
    expect(submit(at, [submission(at, { nonce: "89" })], shell)[0]).toMatchObject({ kind: "taken", found: { fence: { id: "99" } } });
    expect(at.queued()).toHaveLength(1);
  });

  it("starts no sbatch when somebody has made the next attempt meanwhile", () => {
    const at = ground();
    submit(at, [submission(at, { attempt: 2 })], shell);
    expect(submit(at, [submission(at)], shell)[0]).toMatchObject({ kind: "taken", found: { attempts: [{ number: 1 }, { number: 2 }] } });
    expect(at.queued()).toHaveLength(1);
  });

  it("says that the next attempt was made while sbatch ran", () => {
    const at = ground('echo 7; : > "$QUEUED/../state/claims/aa.2"');
    expect(submit(at, [submission(at)], shell)[0]).toMatchObject({ kind: "answered", answer: { kind: "accepted", id: "7" }, taken: { attempts: [{ number: 1 }, { number: 2, state: { kind: "unfinished" } }] } });
  });

  it("claims nothing where a folder is missing", () => {
    const at = ground();
    expect(submit(at, [submission(at, { folders: [at.work, `${at.work}/not there`] }), submission(at)], shell)).toMatchObject([{ kind: "folder-missing", folder: `${at.work}/not there` }, { kind: "answered" }]);
    expect(at.queued()).toHaveLength(1);
  });

  it("spares a controller that does not answer", () => {
    const at = ground("echo 'sbatch: error: Unable to contact slurm controller (connect failure)' >&2; exit 1");
    expect(submit(at, ["aa", "bb", "cc"].map((token) => submission(at, { token })), shell).map(({ kind }) => kind)).toEqual(["answered", "skipped", "skipped"]);
    expect(at.queued()).toHaveLength(1);
  });

  it("gives sbatch nothing but the environment that it was started with", () => {
    const at = ground("env | sed 's/=.*//' | sort; exit 1");
    const [answer] = submit(at, [submission(at)], shell);
    const printed = answer?.kind === "answered" && "printed" in answer.answer ? answer.answer.printed : "";
    // A shell that stands for sbatch sets PWD, SHLVL, OLDPWD and _ for itself.
    expect(printed.trim().split(/\s+/).filter((name) => !/^(?:PWD|SHLVL|OLDPWD|_)$/.test(name))).toEqual(["LC_ALL", "PATH"]);
  });

  it("writes down what was found out, once", () => {
    const at = ground("exit 143");
    submit(at, [submission(at)], shell);
    const settle = (nonce: string, id: string | undefined) => {
      const { stdout } = runShell(shell, renderSettleScript(at.claims, marker, [{ token: "aa", attempt: 2, nonce, header, id }]).shell);
      return parseLook(stdout, marker, 1).found[0];
    };
    expect(settle("aaaa", "12")).toMatchObject({ attempts: [{ number: 1 }, { number: 2, nonce: "aaaa", state: { kind: "settled", id: "12" } }] });
    expect(settle("bbbb", undefined)).toMatchObject({ attempts: [{ number: 1 }, { number: 2, nonce: "aaaa", state: { kind: "settled", id: "12" } }] });
  });
});

describe.each(shells)("where there is no room, or no way to write (%s)", (shell) => {
  // A write of any length fails; files can be made.
  const run = (script: string, env: Record<string, string> = {}) => runShell(shell, `trap '' XFSZ; ulimit -f 0; ${script}`, { env }).stdout;

  it("no claim is left, and no sbatch started", () => {
    const at = ground();
    const answers: ScriptAnswer[] = [];
    readSubmitAnswers(marker, "/claims", (answer) => answers.push(answer)).push(run(renderSubmitScript(at.claims, marker, [submission(at), submission(at, { token: "bb" })]).shell, { PATH: at.path }));
    expect(answers).toEqual([{ kind: "unclaimed" }, { kind: "unclaimed" }]);
    expect([readdirSync(at.claims), at.queued()]).toEqual([[], []]);
  });

  it("no verdict is left", () => {
    const at = ground();
    mkdirSync(at.claims, { recursive: true });
    expect(parseLook(run(renderSettleScript(at.claims, marker, [{ token: "aa", attempt: 2, nonce: "aaaa", header, id: undefined }]).shell), marker, 1).found).toEqual([{ attempts: [], fence: undefined }]);
    expect(readdirSync(at.claims)).toEqual([]);
  });
});

describe("the script that submits", () => {
  it("lets one of many win that begin at once", async () => {
    const at = ground("sleep 0.2; echo 12");
    const runs = Array.from({ length: 12 }, async (_, index) => {
      const child = spawn("sh", ["-c", renderSubmitScript(at.claims, marker, [submission(at, { nonce: `00${index}` })]).shell], { env: { PATH: at.path } });
      let stdout = "";
      child.stdout.on("data", (piece: Buffer) => (stdout += piece.toString()));
      await once(child, "close");
      const answers: ScriptAnswer[] = [];
      readSubmitAnswers(marker, "/claims", (answer) => answers.push(answer)).push(stdout);
      return answers[0]?.kind;
    });
    expect((await Promise.all(runs)).sort()).toEqual(["answered", ...Array.from({ length: 11 }, () => "taken")]);
    expect(at.queued()).toHaveLength(1);
  });

  it("is seen alive by its login node while sbatch runs, and no more when it was killed", async () => {
    const at = ground("sleep 30");
    const child = spawn("sh", ["-c", renderSubmitScript(at.claims, marker, [submission(at)]).shell], { env: { PATH: at.path }, detached: true });
    const look = () => parseLook(runShell("sh", renderLookScript(at.claims, marker, ["aa", "bb"]).shell).stdout, marker, 2).found;
    await expect.poll(() => existsSync(join(at.claims, "aa.1")) && at.queued().length).toBe(1);
    expect(look()).toMatchObject([{ attempts: [{ isOwnerAlive: true, state: { kind: "claimed" } }] }, { attempts: [] }]);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await once(child, "close");
    expect(look()).toMatchObject([{ attempts: [{ isOwnerAlive: false, state: { kind: "claimed" } }] }, { attempts: [] }]);
  });

  it("shows a record that was cut as it is, without an end", () => {
    const at = ground();
    submit(at, [submission(at)]);
    writeFileSync(join(at.claims, "aa.1"), readFileSync(join(at.claims, "aa.1"), "utf8").replace(/\nend 0123\n$/, "\nend 0123"));
    expect(parseLook(runShell("sh", renderLookScript(at.claims, marker, ["aa"]).shell).stdout, marker, 1).found[0]?.attempts[0]?.state).toEqual({ kind: "claimed" });
  });
});
