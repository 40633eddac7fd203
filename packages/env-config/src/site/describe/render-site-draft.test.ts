import fc from "fast-check";
import { expect, it } from "vitest";
import { parseSiteProfile } from "../read-site-profile.js";
import { draftSite } from "./describe-site.js";
import { renderSiteDraft } from "./render-site-draft.js";
import { parseSiteReport } from "./site-report.js";

const hostile = fc.string({ unit: fc.oneof(fc.constantFrom(..."\"'#:?-{}[]|>&*!%@`\\ \t\r\u0000\u0085\u2028\u202eäaZ0/$"), fc.string({ unit: "binary", minLength: 1, maxLength: 1 })), maxLength: 20 });
const sections = ["umask", "host", "addresses", "home", "folders", "slurm", "bare-sbatch", "slurm-version", "slurm-config", "slurm-partitions", "slurm-mpi", "module", "module-files", "engine", "engine-version", "engine-config", "engine-binds", "python", "python-version", "crontab"];
const plausible = ["/usr/bin/x", "slurm 24.11.5", "home writable nfs /home/a b", "SCRATCH writable lustre /s c", "ClusterName = x", "MpiDefault = pmix", "MPI plugin types are...", "pmix", "PartitionName=a Default=YES", "0022", "/a:/b:ro", "apptainer version 1.4.5", "status 0", "Python 3.13.5"];

it("whatever a site says, a draft is made of it that reads as the same profile, and what it says stays in its place", async () => {
  const report = fc.dictionary(fc.constantFrom(...sections), fc.array(fc.oneof(hostile, fc.constantFrom(...plausible)), { maxLength: 4 }), { noNullPrototype: true });
  await fc.assert(fc.asyncProperty(report, hostile, async (said, noise) => {
    const token = "4f9c0f0e-token";
    const stdout = `${noise}\n${token} login-shell\n/bin/bash\n${noise}${Object.entries(said).map(([name, lines]) => `\n${token} ${name}\n${lines.join("\n")}`).join("")}\n${token} end\n`;
    const draft = draftSite(parseSiteReport(stdout, token), { host: "login", name: "site" });
    const text = renderSiteDraft(draft);
    expect(await parseSiteProfile(text)).toEqual(draft.profile);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u);
  }), { numRuns: 400 });
});
