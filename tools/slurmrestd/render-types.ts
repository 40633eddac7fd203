import openapiTypescript, { astToString } from "openapi-typescript";
import type { Specification } from "./trim-specification.js";

/** The types of a specification's schemas, as a module. */
export async function renderTypes(specification: Specification): Promise<string> {
  const nodes = await openapiTypescript(JSON.stringify({ ...specification, paths: {} }), { alphabetize: true, defaultNonNullable: false, silent: true });
  // Only schemas were kept: what would be empty beside them says nothing.
  const schemas = /^export interface components \{\n[^]*?^\}$/m.exec(astToString(nodes))?.[0];
  if (schemas === undefined) throw new Error("openapi-typescript gave no schemas");
  return `/** Made by tools/slurmrestd from the recorded specification of ${String(specification.info["version"])}. */\n${schemas.replace(/^ {4}(?:responses|parameters|requestBodies|headers|pathItems): never;\n/gm, "")}\n`;
}
