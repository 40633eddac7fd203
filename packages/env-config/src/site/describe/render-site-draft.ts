import { harmless } from "../../explain/show-value.js";
import type { SiteDraft } from "./describe-site.js";
import type { SiteFinding } from "./finding.js";

/**
 * Renders a draft as YAML for a person to complete: each value with where it is from, each open field as a comment with its question.
 * What it renders is a valid profile as it stands.
 */
export function renderSiteDraft({ facts, questions }: SiteDraft): string {
  const findings = [...facts, ...questions];
  const sections = [...new Set(findings.map(({ field }) => topOf(field)))];
  const head = '# A site profile, drafted by looking at the site. Check what it says. To answer what is open, take "# " away and write the value in place of "? …".\n';
  return head + sections.map((section) => renderSection(section, findings.filter(({ field }) => topOf(field) === section))).join("");
}

const topOf = (field: string): string => field.split(".")[0] ?? field;

function renderSection(section: string, findings: readonly SiteFinding[]): string {
  const [first] = findings;
  if (findings.length === 1 && first?.field === section) return `\n${renderField(section, first, "")}`;
  const isOpen = findings.every(({ kind }) => kind === "unknown");
  return `\n${isOpen ? "# " : ""}${section}:\n${findings.map((finding) => renderField(finding.field.slice(section.length + 1), finding, "  ")).join("")}`;
}

/** Every JSON text is YAML, and both read the same escapes. */
function renderField(name: string, finding: SiteFinding, indent: string): string {
  return finding.kind === "known"
    ? `${indent}${name}: ${harmless(JSON.stringify(finding.value))} # ${oneLine(finding.from)}\n`
    : `# ${indent}${name}: ? ${oneLine(finding.question)}\n`;
}

const oneLine = (text: string): string => harmless(text.replaceAll(/\s+/g, " "));
