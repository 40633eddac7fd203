import { issueAt, type Origin } from "../config/config-error.js";
import { parseYaml } from "./parse-yaml.js";
import type { ParsedLayer } from "./parsed-layer.js";

/** Reads JSON. Every JSON text is YAML as well, so lines and repeated names are found in the same way. */
export async function parseJson(text: string, origin: Origin): Promise<ParsedLayer> {
  try {
    JSON.parse(text);
  } catch {
    return { values: {}, lineOf: () => undefined, issues: [issueAt("", "not JSON; check it with a JSON checker", origin)] };
  }
  return parseYaml(text, origin);
}
