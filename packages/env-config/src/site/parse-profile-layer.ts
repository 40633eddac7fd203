import { closeMatch } from "@hpckit/core";
import { issueAt, type ConfigIssue, type Origin } from "../config/config-error.js";
import { valueAt } from "../config/value-tree.js";
import { parseYaml } from "../layer/parse-yaml.js";
import { unlined, type ParsedLayer } from "../layer/parsed-layer.js";
import { schemaOf, variableNames } from "../schema/fields.js";
import { checkProfile } from "./read-site-profile.js";
import { siteShape } from "./site-schema.js";

/**
 * Reads a site profile as a layer: each variable takes the value that stands at its place in the profile, as it is written.
 * @param variables - names of variables, and of fields such as `scratch.path`.
 */
export async function parseProfileLayer(text: string, variables: Readonly<Record<string, string>>, origin: Origin): Promise<ParsedLayer> {
  const parsed = await parseYaml(text, origin);
  if (parsed.issues.length > 0) return parsed;
  const checked = checkProfile(parsed.values, (path) => {
    const line = parsed.lineOf(path);
    return line === undefined ? origin : { ...origin, line };
  });
  // They are of the file, and of no variable.
  if (checked.kind === "wrong") return { ...unlined({}), issues: checked.issues.map((issue) => ({ ...issue, path: "", message: `${issue.path}: ${issue.message}` })) };
  const issues = Object.entries(variables).flatMap(([name, field]): ConfigIssue[] => (schemaOf(siteShape, field.split(".")) === undefined ? [unknownField(name, field, origin)] : []));
  const given = Object.entries(variables).map(([name, field]): [string, unknown] => [name, valueAt(parsed.values, field.split("."))]);
  return {
    values: Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    lineOf: ([name = ""]) => parsed.lineOf(variables[name]?.split(".") ?? []),
    issues,
  };
}

function unknownField(name: string, field: string, origin: Origin): ConfigIssue {
  const match = closeMatch(field, variableNames(siteShape));
  return issueAt(name, `takes "${field}", which no site profile has${match === undefined ? "" : `; did you mean "${match}"?`}`, origin);
}
