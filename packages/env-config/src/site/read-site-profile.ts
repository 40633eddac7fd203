import { OptionsError, parseOptions } from "@hpckit/core";
import { z } from "zod";
import { ConfigError, issueAt, type ConfigIssue, type Origin } from "../config/config-error.js";
import { parseYaml } from "../layer/parse-yaml.js";
import { locate, readSource } from "../source/read-source.js";
import type { SiteProfile, SiteProfileInput } from "./site-profile.js";
import { siteShape } from "./site-schema.js";

const siteProfileSchema: z.ZodType<SiteProfile, SiteProfileInput> = siteShape;

/**
 * Checks a site profile.
 * @throws OptionsError that lists everything wrong at once, and names the close match of a mistyped field.
 */
export const siteProfile = (input: SiteProfileInput): SiteProfile => parseOptions(siteProfileSchema, input, "site profile");

export interface ParseSiteProfileOptions {
  /** What the text is from, for messages. */
  readonly file?: string | undefined;
}

const optionsSchema: z.ZodType<ParseSiteProfileOptions> = z.strictObject({ file: z.string().optional() });

/**
 * Reads a site profile from YAML, or JSON.
 * @throws {@link ConfigError} that lists everything wrong at once, with its line.
 */
export async function parseSiteProfile(text: string, options: ParseSiteProfileOptions = {}): Promise<SiteProfile> {
  const { file } = parseOptions(optionsSchema, options, "parseSiteProfile");
  const origin = { layer: "site profile", file };
  const parsed = await parseYaml(parseOptions(z.string(), text, "parseSiteProfile"), origin);
  if (parsed.issues.length > 0) throw new ConfigError(parsed.issues);
  const checked = checkProfile(parsed.values, (path) => ({ ...origin, line: parsed.lineOf(path) }));
  if (checked.kind === "wrong") throw new ConfigError(checked.issues);
  return checked.profile;
}

const fileSchema: z.ZodType<string | URL> = z.union([z.string().min(1), z.instanceof(URL)], { error: "the path of a file, or its URL" });

/**
 * Reads a site profile from a file of this machine.
 * @param file - its path; `~/` is the home folder.
 * @throws {@link ConfigError} for a file that cannot be read, and for all that is wrong in it.
 */
export async function loadSiteProfile(file: string | URL): Promise<SiteProfile> {
  const path = locate(parseOptions(fileSchema, file, "loadSiteProfile"), undefined);
  const found = await readSource(path);
  if (found.kind === "read") return parseSiteProfile(found.file.text, { file: path });
  throw new ConfigError([issueAt("", found.kind === "not-found" ? "there is no such file" : `the file ${found.reason}`, { layer: "site profile", file: path })]);
}

export type CheckedProfile =
  | { readonly kind: "valid"; readonly profile: SiteProfile }
  | { readonly kind: "wrong"; readonly issues: readonly ConfigIssue[] };

/** Checks what a file says, and tells of each fault where it stands. */
export function checkProfile(values: unknown, originOf: (path: readonly string[]) => Origin): CheckedProfile {
  try {
    return { kind: "valid", profile: siteProfile(values as SiteProfileInput) };
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    return { kind: "wrong", issues: error.issues.map(({ path, message }) => issueAt(path, message, originOf(path.split(".")))) };
  }
}
