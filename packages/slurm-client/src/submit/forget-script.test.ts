import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runShell, shells, type ShellName } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { renderHeader, type FoundClaims } from "./claim-record.js";
import { parseForgetAnswers, renderForgetScript, type ForgetAnswer } from "./forget-script.js";
import { decideForForgetting } from "./judge-claims.js";
import { parseLook } from "./submit-frames.js";
import { renderLookScript, renderSubmitScript, type ScriptedSubmission } from "./submit-script.js";

const marker = "hpckit-0123";
const newFolder = scratchFolders("it's a state folder é ");

interface Ground {
  readonly claims: string;
  readonly secrets: string;
  readonly bin: string;
  readonly path: string;
  readonly queued: string;
}

/** A state folder with records, and programs of our own. */
function ground(files: Readonly<Record<string, string>> = {}): Ground {
  const root = newFolder();
  const [claims, secrets, bin, queued] = ["claims", "secrets", "bin", "queued"].map((name) => join(root, name)) as [string, string, string, string];
  for (const folder of [claims, secrets, bin, queued]) mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(claims, name), text);
  return { claims, secrets, bin, queued, path: `${bin}:${process.env["PATH"] ?? ""}` };
}

const program = ({ bin }: Ground, name: string, script: string): void => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
};

const header = renderHeader({ key: "k", spec: "abc", places: { workFolder: "/w", output: "/w/o" } });
const claimed = (nonce: string, rest = ""): string => `${header}\nhost h 1 1795179600\nclaimed ${nonce}\n${rest}`;
const answered = (nonce: string, id: number): string => claimed(nonce, `reply ${nonce} 0\n${id}\nend ${nonce}\n`);
const refused = (nonce: string): string => claimed(nonce, `settled ${nonce} none\n`);

const look = (at: Ground, token = "aa"): FoundClaims => parseLook(runShell("sh", renderLookScript(at.claims, marker, [token]).shell).stdout, marker, 1).found[0] ?? { attempts: [], fence: undefined };
const scriptOf = (at: Ground, found: FoundClaims, nonce = "ffff"): string => renderForgetScript({ folder: at.claims, secretsFolder: at.secrets }, marker, [{ token: "aa", nonce, ...found }]).shell;
function forget(at: Ground, found: FoundClaims, shell: ShellName = "sh"): ForgetAnswer | undefined {
  const { stdout, stderr } = runShell(shell, scriptOf(at, found), { env: { PATH: at.path } });
  expect(stderr).toBe("");
  return parseForgetAnswers(stdout, marker, 1)[0];
}

describe.each(shells)("the script that forgets (%s)", (shell) => {
  it("removes all of a key, and nothing of another", () => {
    const at = ground({ "aa.1": refused("01"), "aa.2": answered("02", 7), "aa.run": "job 7 1 c1\n", "aa.run.7.2": "draft", "ab.1": answered("03", 8), "aa": "x", "aab.1": "y" });
    for (const name of ["aa-02", "ab-03"]) writeFileSync(join(at.secrets, name), "s");
    expect(forget(at, look(at), shell)).toBe("forgotten");
    expect(readdirSync(at.claims).sort()).toEqual(["aa", "aab.1", "ab.1"]);
    expect(readdirSync(at.secrets)).toEqual(["ab-03"]);
  });

  it.each([
    ["was submitted again", { "aa.1": answered("09", 9) }],
    ["was submitted once more", { "aa.2": claimed("02") }],
    ["is being claimed", { "aa.1": "" }],
    ["has started", { "aa.run": "job 7 0 c1\n" }],
  ])("keeps a key that %s since it was judged", (_, changes) => {
    const at = ground({ "aa.1": answered("01", 7) });
    const judged = look(at);
    for (const [name, text] of Object.entries(changes)) writeFileSync(join(at.claims, name), text);
    const before = readdirSync(at.claims).map((name) => [name, readFileSync(join(at.claims, name), "utf8")]);
    expect(forget(at, judged, shell)).toBe("changed");
    expect(readdirSync(at.claims).map((name) => [name, readFileSync(join(at.claims, name), "utf8")])).toEqual(before);
  });
});

describe("the script that forgets", () => {
  it("makes room where there is none", () => {
    const at = ground({ "aa.1": answered("01", 7) });
    expect(parseForgetAnswers(runShell("sh", `trap '' XFSZ; ulimit -f 0; ${scriptOf(at, look(at))}`).stdout, marker, 1)).toEqual(["forgotten"]);
    expect(readdirSync(at.claims)).toEqual([]);
  });

  it("says of a folder that it cannot write to that it failed, and not that somebody was faster", () => {
    const at = ground({ "aa.1": answered("01", 7) });
    // Root may write to any folder: a link that leads nowhere is a file that cannot be made, and is not there.
    symlinkSync("/not/there", join(at.claims, "aa.2"));
    expect(forget(at, { ...look(at) })).toBe("failed");
  });

  it("that was killed anywhere leaves a key that is whole, open or gone, and that can be forgotten", () => {
    for (let removed = 0; removed <= 4; removed++) {
      const at = ground({ "aa.1": refused("01"), "aa.2": answered("02", 7), "aa.run": "job 7 0 c1\n" });
      // Removes so many files, and takes the script with it.
      program(at, "rm", `shift 2; n=0; for file in "$@"; do [ "$n" -lt ${removed} ] || break; [ ! -e "$file" ] || { /bin/rm -f -- "$file"; n=$((n + 1)); }; done; kill -9 $PPID`);
      const before = look(at);
      runShell("sh", scriptOf(at, before), { env: { PATH: at.path } });
      const left = look(at);
      const decision = decideForForgetting(left);
      expect([removed, decision.kind]).toEqual([removed, (["job", "job", "free", "free", "free"] as const)[removed]]);
      rmSync(join(at.bin, "rm"));
      expect(forget(at, left)).toBe("forgotten");
      expect(readdirSync(at.claims)).toEqual([]);
    }
  });

  it("takes no claim from somebody who submits at the same moment, though others forget the same", async () => {
    const start = (at: Ground, script: string): Promise<string> => {
      const child = spawn("sh", ["-c", `sleep 0.0$(( $$ % 4 )); ${script}`], { env: { PATH: at.path } });
      let stdout = "";
      child.stdout.on("data", (piece: Buffer) => (stdout += piece.toString()));
      return once(child, "close").then(() => stdout);
    };
    for (let round = 0; round < 12; round++) {
      const at = ground({ "aa.1": answered("01", 7) });
      program(at, "sbatch", `cat > "${at.queued}/$$"; echo 12`);
      const judged = look(at);
      const submission = (nonce: string): ScriptedSubmission => ({ token: "aa", attempt: 1, nonce, header, folders: [], workFolder: at.queued, argv: ["sbatch"], script: "#!/bin/sh\n" });
      const [submitted] = await Promise.all([
        Promise.all(["a1", "a2", "a3"].map((nonce) => start(at, renderSubmitScript(at.claims, marker, [submission(nonce)]).shell))),
        Promise.all(["f1", "f2", "f3"].map((nonce) => start(at, scriptOf(at, judged, nonce)))),
      ]);
      const winners = ["a1", "a2", "a3"].filter((_, index) => submitted[index]?.includes("0 replied 0"));
      expect(winners.length).toBeLessThanOrEqual(1);
      expect(readdirSync(at.queued)).toHaveLength(winners.length);
      for (const nonce of winners) expect(readFileSync(join(at.claims, "aa.1"), "utf8")).toContain(`end ${nonce}`);
      expect(existsSync(join(at.claims, "aa.2"))).toBe(false);
    }
  });

  it("says nothing certain when it did not come to its end", () => {
    expect(() => parseForgetAnswers(`${marker} 0 forgotten\n`, marker, 1)).toThrow("no end");
  });
});
