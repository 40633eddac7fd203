import { issueAt, type Origin } from "../config/config-error.js";
import type { ParsedLayer } from "../layer/parsed-layer.js";
import { readBashConfig, type BashVariable } from "./bash-config.js";

/** Reads a bash file as a layer. `$NAME` becomes a reference to the variable of that name, whatever layer it is from then. */
export function parseBashLayer(text: string, origin: Origin): ParsedLayer {
  const { config, refusals } = readBashConfig(text);
  const linesOf = new Map(config.variables.map(({ name, line }) => [name, line]));
  const glued = config.variables.filter(isGlued).map(({ name, line }) => issueAt(name, "has a literal $ right before a reference, which no layer can say", { ...origin, line }));
  return {
    values: Object.fromEntries(config.variables.map((variable) => [variable.name, asReferences(variable)])),
    lineOf: ([name = ""]) => linesOf.get(name),
    issues: [...refusals.map(({ line, reason }) => issueAt("", reason, { ...origin, line })), ...glued],
  };
}

const asReferences = ({ parts }: BashVariable): string => parts.map((part) => (part.kind === "text" ? part.text.replaceAll("${", () => "$${") : `\${${part.name}}`)).join("");

const isGlued = ({ parts }: BashVariable): boolean => parts.some((part, index) => part.kind === "reference" && textBefore(parts[index - 1]).endsWith("$"));

const textBefore = (part: BashVariable["parts"][number] | undefined): string => (part?.kind === "text" ? part.text : "");
