import { OutputUnreadableError } from "@hpckit/core";
import { siteSections, type SiteSection } from "./site-probe.js";

/** What a probe saw. */
export interface SiteReport {
  /** Lines of a section, without empty ones; undefined where it was not looked at. */
  lines(section: SiteSection): readonly string[] | undefined;
  /** The first of them. */
  first(section: SiteSection): string | undefined;
}

/**
 * Reads what the probe printed. Sections are told apart by a token that nobody could have guessed.
 * @throws OutputUnreadableError if the probe did not get to its end.
 */
export function parseSiteReport(stdout: string, token: string): SiteReport {
  const sections = new Map<string, readonly string[]>();
  for (const part of stdout.split(`\n${token} `).slice(1)) {
    const [name = "", ...rest] = part.split("\n");
    // The login shell's name is followed by what its profile prints.
    if (siteSections.some((section) => section === name)) sections.set(name, rest.map((line) => line.trim()).filter((line) => line !== ""));
  }
  if (!sections.has("end")) throw new OutputUnreadableError("probe of the site", "it did not get to its end", stdout.slice(-2000));
  return { lines: (section) => sections.get(section), first: (section) => sections.get(section)?.[0] };
}
