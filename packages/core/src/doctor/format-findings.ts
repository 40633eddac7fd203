import type { Finding, FindingSeverity } from "./finding.js";

const order: readonly FindingSeverity[] = ["error", "warning", "note"];

/**
 * Findings as people read them: the worst first, each with its cause, what was seen, and what mends it.
 * @returns lines without a line break at the end; a line of its own where nothing was found.
 */
export function formatFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return "nothing was found that would stop or slow a launch";
  return order.flatMap((severity) => findings.filter((finding) => finding.severity === severity).map(formatFinding)).join("\n");
}

const formatFinding = ({ code, severity, cause, observed, fix }: Finding): string =>
  [`${severity}: ${code}`, ...[cause, `seen: ${observed}`, `fix:  ${fix}`].map((text) => `  ${text.replaceAll("\n", "\n  ")}`)].join("\n");
