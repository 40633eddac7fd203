import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPrune, compose, planPrune, prepare, renderScript, type LiveWork, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { ensureRelease, release, releaseAt, type EnsuredRelease } from "../src/index.js";

describe.each(testedSeries)("a release of the project's code, beside Slurm %s", (series) => {
  const root = workFolder("releases");
  const source = mkdtempSync(join(tmpdir(), "hpckit-release-e2e-"));
  const given = release({ root, source });
  const write = (text: string): void => writeFileSync(join(source, "step.py"), `print(${JSON.stringify(text)}, flush=True)\n`);
  let login: Transport;

  beforeAll(async () => {
    login = await signIn(series);
  });
  afterAll(async () => {
    rmSync(source, { recursive: true });
    await login.exec(["chmod", "-R", "u+w", root]);
    await login.remove(root, { recursive: true });
    await login[Symbol.asyncDispose]();
  });
  const switchTo = (folder: string) => login.exec(["sh", "-c", 'ln -s "$2" "$1.next" && mv -T "$1.next" "$1"', "sh", `${root}/main`, folder], { check: true });

  it("stays a running job's own while the link is switched, and goes when nothing uses it", async () => {
    write("one");
    const one = await ensureRelease(given, login);
    await switchTo(one.folder);
    const go = `${root}/.go`;
    const waiting = compose(["sh", "-c", 'python3 -m step; until [ -e "$1" ]; do sleep 0.2; done; python3 -m step', "sh", go], [releaseAt(`${root}/main`)]);
    const job = login.exec(["srun", "-n1", "sh", "-c", renderScript(await prepare(waiting, login)).text]);

    write("two");
    let uploads = 0;
    const counting: Transport = { ...login, upload: async (...words) => (uploads++, login.upload(...words)) };
    const [two, ...others] = (await Promise.all(Array.from({ length: 64 }, () => ensureRelease(given, counting)))) as [EnsuredRelease, ...EnsuredRelease[]];
    expect([uploads, new Set(others.map(({ folder }) => folder))]).toEqual([1, new Set([two.folder])]);
    await switchTo(two.folder);
    await login.writeFile(go, "");
    const { stdout, stderr } = await job;
    expect(stdout, stderr).toBe("one\none\n");

    await login.exec(["sh", "-c", 'touch -d "30 days ago" "$1/.hpckit/used"', "sh", one.folder], { check: true });
    const live: LiveWork = { uses: () => Promise.resolve({ kind: "known", used: [] }) };
    const plan = await planPrune(login, root, { live, keepNewest: 0 });
    expect((await applyPrune(login, plan)).removed.map(({ folder }) => folder)).toEqual([one.folder]);
    expect(await login.stat(one.folder)).toBeUndefined();
    expect((await login.exec(["sh", "-c", ': > "$1/new"', "sh", two.folder])).ok).toBe(false);
  });
});
