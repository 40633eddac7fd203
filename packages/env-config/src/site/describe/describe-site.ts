import { randomUUID } from "node:crypto";
import { cancellableShape, millisecondsSchema, parseOptions, requireTransport, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { place, type ValueTree } from "../../config/value-tree.js";
import { schemaOf } from "../../schema/fields.js";
import { siteProfile } from "../read-site-profile.js";
import type { SiteProfile, SiteProfileInput } from "../site-profile.js";
import { siteShape } from "../site-schema.js";
import { known, unknown, type SiteFact, type SiteFinding, type SiteQuestion } from "./finding.js";
import { folderFindings } from "./folder-findings.js";
import { loginFindings } from "./login-findings.js";
import { siteProbeCommand } from "./site-probe.js";
import { parseSiteReport, type SiteReport } from "./site-report.js";
import { slurmFindings } from "./slurm-findings.js";
import { toolFindings } from "./tool-findings.js";

export interface DescribeSiteOptions extends Cancellable {
  /** What to call the site; by default as Slurm calls the cluster, or as the host is called. */
  readonly name?: string | undefined;
  /** After so many milliseconds the probe is ended (default 300 000). */
  readonly timeoutMs?: number | undefined;
}

/** A site profile as far as a machine can tell. A person completes it. */
export interface SiteDraft {
  /** What is known: a valid profile, in which all else is left out. */
  readonly profile: SiteProfile;
  /** Where each value is from. */
  readonly facts: readonly SiteFact[];
  /** What a person must find out. */
  readonly questions: readonly SiteQuestion[];
}

const optionsSchema: z.ZodType<DescribeSiteOptions> = z.strictObject({
  name: siteShape.shape.name.optional(),
  timeoutMs: millisecondsSchema.optional(),
  ...cancellableShape,
});

/**
 * Looks at a site from its login node, in one round trip, and drafts its profile. A login shell is started once, since sites set up Slurm and
 * modules by profiles; nothing is written over there.
 *
 * Guarantees: what could not be told for sure is a question in the draft, never a value.
 * @param on - a connection to a login node, as an ordinary account.
 * @throws OutputUnreadableError if the probe did not get to its end.
 */
export async function describeSite(on: Transport, options: DescribeSiteOptions = {}): Promise<SiteDraft> {
  requireTransport(on, "describeSite");
  const { name, timeoutMs = 300_000, signal } = parseOptions(optionsSchema, options, "describeSite");
  const token = randomUUID();
  const { stdout } = await on.exec(siteProbeCommand(token, on.target.host), { timeoutMs, signal, check: true });
  return draftSite(parseSiteReport(stdout, token), { host: on.target.host, name });
}

/** Makes a draft of what was seen. Pure. */
export function draftSite(report: SiteReport, { host, name }: { readonly host: string; readonly name?: string | undefined }): SiteDraft {
  const seen = [...loginFindings(report, host), ...slurmFindings(report), ...folderFindings(report), ...toolFindings(report)];
  const found = doubtSections(seen.map(doubtFact));
  const facts = [nameFact(found, host, name), ...found.filter((finding): finding is SiteFact => finding.kind === "known")];
  return { profile: siteProfile(treeOf(facts) as unknown as SiteProfileInput), facts, questions: found.filter((finding): finding is SiteQuestion => finding.kind === "unknown") };
}

function treeOf(facts: readonly SiteFact[]): ValueTree {
  const tree: ValueTree = {};
  for (const { field, value } of facts) place(tree, field.split("."), value);
  return tree;
}

/** What no profile can hold is not what was looked for. */
const doubtFact = (finding: SiteFinding): SiteFinding =>
  finding.kind === "unknown" || isAllowed(finding.field, finding.value) ? finding : unknown(finding.field, `${finding.from} said ${JSON.stringify(finding.value)}, which cannot be right`);

/** A section can lack the field without which the others say nothing: the engine's program, for its version. */
function doubtSections(findings: readonly SiteFinding[]): readonly SiteFinding[] {
  return findings.map((finding) => {
    const [section = ""] = finding.field.split(".");
    if (finding.kind === "unknown" || section === finding.field) return finding;
    const facts = findings.filter((other): other is SiteFact => other.kind === "known" && other.field.startsWith(`${section}.`));
    return isAllowed(section, treeOf(facts)[section]) ? finding : unknown(finding.field, `${finding.from} said ${JSON.stringify(finding.value)}`);
  });
}

function isAllowed(field: string, value: unknown): boolean {
  const checked = schemaOf(siteShape, field.split("."))?.["~standard"].validate(value);
  return checked !== undefined && !(checked instanceof Promise) && checked.issues === undefined;
}

function nameFact(findings: readonly SiteFinding[], host: string, name: string | undefined): SiteFact {
  if (name !== undefined) return known("name", name, "as it was told");
  const cluster = findings.find((finding): finding is SiteFact => finding.field === "slurm.cluster" && finding.kind === "known");
  if (cluster !== undefined) return known("name", cluster.value, "as Slurm calls the cluster");
  return known("name", siteShape.shape.name.safeParse(host).success ? host : "site", "the name of this connection");
}
