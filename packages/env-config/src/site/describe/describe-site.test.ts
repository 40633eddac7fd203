import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { scriptedTransport, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseSiteProfile } from "../read-site-profile.js";
import { describeSite, type SiteDraft } from "./describe-site.js";
import { renderSiteDraft } from "./render-site-draft.js";

/** A home folder on this machine whose login shell sees the programs of a site; they print what such programs print. */
function site(programs: Readonly<Record<string, string>>, profile = ""): { readonly home: string; readonly on: ScriptedTransport } {
  const home = mkdtempSync(join(tmpdir(), "site-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  };
  for (const [name, script] of Object.entries(programs)) write(join(home, "bin", name), `#!/bin/sh\n${script}\n`);
  // What this machine has of a site must not be seen.
  write(join(home, ".bash_profile"), `unset MODULESHOME LMOD_CMD LMOD_VERSION LMOD_PKG MODULES_CMD SCRATCH WORK; unset -f module ml; PATH=${home}/bin:/usr/bin:/bin\n${profile}\n`);
  const on = scriptedTransport(({ argv }) => {
    const [program = "", ...rest] = argv;
    const run = spawnSync(program, rest, { encoding: "utf8", env: { HOME: home, PATH: "/usr/bin:/bin", SHLVL: "1" } });
    return { stdout: run.stdout, stderr: run.stderr, ...(run.status === null ? {} : { exitCode: run.status }) };
  });
  return { home, on };
}

const slurm = {
  sbatch: "echo slurm 24.11.5",
  srun: "printf 'MPI plugin types are...\\n\\tnone\\n\\tpmix\\n\\tpmi2\\nspecific pmix plugin versions available: pmix_v4\\n'",
  scontrol: `case "$*" in
    "show config") printf 'AccountingStorageEnforce = associations\\nAccountingStorageType   = accounting_storage/slurmdbd\\nClusterName             = keeling\\nMpiDefault              = pmix\\nScronParameters         = enable\\n' ;;
    *) printf 'PartitionName=sesempi Default=YES State=UP\\nPartitionName=dev Default=NO State=UP\\n' ;;
  esac`,
};
const saying = (text: string): unknown => expect.stringContaining(text);
const something: unknown = expect.any(String);
const values = ({ facts }: SiteDraft): Record<string, unknown> => Object.fromEntries(facts.map(({ field, value }) => [field, value]));
const questions = (draft: SiteDraft): Record<string, string> => Object.fromEntries(draft.questions.map(({ field, question }) => [field, question]));

describe("describeSite", () => {
  it("drafts what a login shell tells, in one round trip, and asks the rest", async () => {
    const { home, on } = site({
      ...slurm, scrontab: "", crontab: "echo 'no crontab for alice' >&2; exit 1", apptainer: 'case $1 in --version) echo apptainer version 1.4.5 ;; buildcfg) echo "APPTAINER_CONF_FILE=$HOME/apptainer.conf" ;; esac',
      python3: "echo Python 3.13.5",
    }, "echo 'Welcome to keeling!'; printf 'no line break'; export SCRATCH=$HOME/scr; mkdir -p \"$SCRATCH\"; export LMOD_CMD=/x LMOD_PKG=$HOME/lmod; module() { :; }; umask 027");
    mkdirSync(join(home, "lmod/init"), { recursive: true });
    writeFileSync(join(home, "lmod/init/sh"), "");
    writeFileSync(join(home, "apptainer.conf"), "# bind path = /no\nbind path = /etc/localtime\n bind path = /opt/site:/opt/inside:ro\n");
    const draft = await describeSite(on);
    expect(on.calls).toHaveLength(1);
    expect(values(draft)).toMatchObject({
      name: "keeling", "login.hosts": ["scripted"], "login.umask": "0027", "slurm.version": "24.11.5", "slurm.binFolder": `${home}/bin`, "slurm.accounting": true,
      "partitions.default": "sesempi", "mpi.type": "pmix", "home.path": "$HOME", "scratch.path": "$SCRATCH", "modules.system": "lmod", "modules.init": `${home}/lmod/init/sh`,
      "engine.program": `${home}/bin/apptainer`, "engine.version": "apptainer version 1.4.5",
      "engine.binds": [{ source: "/etc/localtime" }, { source: "/opt/site", destination: "/opt/inside", readOnly: true }],
      "python.version": "3.13.5", "cron.kinds": expect.arrayContaining(["cron", "scrontab"]) as unknown,
    });
    expect(questions(draft)).toMatchObject({ "scratch.purgeAfterDays": something, "accounts.required": saying("associations"), "login.secondFactor": something, "partitions.test": saying("sesempi, dev") });
    expect(await parseSiteProfile(renderSiteDraft(draft))).toEqual(draft.profile);
  });

  it("guesses nothing of a machine that has none of it", async () => {
    const { on } = site({ crontab: "echo 'You (alice) are not allowed to use this program (crontab)' >&2; exit 1" }, "PATH=$HOME/bin:/hpckit-only; for p in sed sort cut tail head tr stat id uname getent findmnt timeout printenv sh; do ln -s \"$(PATH=/usr/bin:/bin command -v $p)\" ~/bin/$p; done");
    const draft = await describeSite(on, { name: "lab" });
    expect(Object.keys(values(draft)).filter((field) => /^(?:slurm|partitions|mpi|engine|python|cron|accounts|scratch)/.test(field))).toEqual([]);
    expect(questions(draft)).toMatchObject({
      "slurm.binFolder": saying("is this a login node?"), "engine.program": something, "python.program": something, "cron.kinds": something, "scratch.path": something,
    });
    expect(draft.profile.name).toBe("lab");
    expect(await parseSiteProfile(renderSiteDraft(draft))).toEqual(draft.profile);
  });

  it("asks where several places could be meant", async () => {
    const { home, on } = site({ ...slurm, srun: "printf 'MPI plugin types are...\\n\\tnone\\n\\tpmi2\\n'" }, "export SCRATCH=$HOME/a WORK=$HOME/b; mkdir -p $SCRATCH $WORK");
    const draft = await describeSite(on);
    expect(values(draft)).not.toHaveProperty(["scratch.path"]);
    expect(questions(draft)["scratch.path"]).toMatch(new RegExp(`\\$SCRATCH = ${home}/a \\(\\w+\\), \\$WORK = ${home}/b`));
    expect(questions(draft)["mpi.type"]).toContain("none, pmi2");
  });

  it.each([
    ["a profile that ends the shell", "exit 3"],
    ["a profile that becomes another program", "exec true"],
  ])("falls back to a plain shell for %s, and then does not say that there are no modules", async (_what, profile) => {
    const draft = await describeSite(site({}, profile).on);
    expect(values(draft)["home.path"]).toBe("$HOME");
    expect(questions(draft)["modules.system"] ?? "").toMatch(/no login shell answered|A login shell has/);
  });

  it("has one answer fewer for a controller that is away, and none that is half", async () => {
    const draft = await describeSite(site({ ...slurm, scontrol: "echo 'slurm_load_ctl_conf error: Unable to contact slurm controller' >&2; exit 1", sbatch: "echo slurm 24.11" }).on);
    expect(questions(draft)).toMatchObject({ "slurm.cluster": saying("did not answer"), "slurm.version": something, partitions: something });
    expect(values(draft)).not.toHaveProperty(["slurm.accounting"]);
    expect(values(draft)["name"]).toBe("scripted");
  });

  it("takes an answer that cannot be right for a question", async () => {
    const draft = await describeSite(site({ ...slurm, sbatch: "echo slurm 1.2.$(printf '\\033')" , apptainer: "case $1 in --version) printf 'a\\033[31mb\\n' ;; esac" }).on);
    expect(questions(draft)).toMatchObject({ "engine.version": saying("which cannot be right"), "slurm.version": saying("which cannot be right") });
    expect(renderSiteDraft(draft)).not.toContain("\u001b");
    expect(await parseSiteProfile(renderSiteDraft(draft))).toEqual(draft.profile);
  });

  it("refuses a report that was cut, and a mistyped option", async () => {
    await expect(describeSite(scriptedTransport(() => ({ stdout: "Welcome!\n" })))).rejects.toThrow("it did not get to its end");
    await expect(describeSite(scriptedTransport(() => ({})), { nam: "x" } as never)).rejects.toThrow('did you mean "name"?');
    await expect(describeSite(scriptedTransport(() => ({})), { name: "a b" })).rejects.toThrow("name: a name of letters");
  });
});
