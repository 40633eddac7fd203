import { issueAt, type Origin } from "../config/config-error.js";
import { isPlainObject, type ParsedLayer } from "./parsed-layer.js";

/**
 * Reads YAML 1.2 (core schema): `no` is text, and so is a whole number of too many digits, which would become another one. A repeated name, a tag that would build an object and a second document
 * are refused. The parser is loaded only here.
 */
export async function parseYaml(text: string, origin: Origin): Promise<ParsedLayer> {
  const { isNode, isScalar, LineCounter, parseDocument, visit } = await import("yaml");
  const lineCounter = new LineCounter();
  // Its pretty messages quote the line, which may hold a secret.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true, resolveKnownTags: false });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) {
    const names = new Map<number, string>();
    visit(document, {
      Pair(_, { key }) {
        if (isScalar(key) && key.range && /^[\w.-]+$/.test(String(key.value))) names.set(key.range[0], String(key.value));
      },
    });
    const issues = wrong.map(({ code, pos }) => issueAt("", describe(code, names.get(pos[0])), { ...origin, line: lineCounter.linePos(pos[0]).line }));
    return { values: {}, lineOf: () => undefined, issues: issues.filter(({ message }, at) => issues.findIndex((other) => other.message === message) === at) };
  }
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "number" && node.source !== undefined && /^(?:[-+]?\d+|0[xo][\da-fA-F]+)$/.test(node.source) && !Number.isSafeInteger(node.value)) node.value = node.source;
    },
  });
  let values: unknown;
  try {
    values = document.toJS() ?? {};
  } catch {
    return refused(origin, "not YAML: an alias names no anchor, or they unfold to too much");
  }
  if (!isPlainObject(values)) return refused(origin, "expected names with values at the top of the file");
  return {
    values,
    lineOf: (path) => {
      const node = document.getIn(path, true);
      return isNode(node) && node.range ? lineCounter.linePos(node.range[0]).line : undefined;
    },
    issues: [],
  };
}

const refused = (origin: Origin, message: string): ParsedLayer => ({ values: {}, lineOf: () => undefined, issues: [issueAt("", message, origin)] });

function describe(code: string, name: string | undefined): string {
  if (code === "DUPLICATE_KEY") return name === undefined ? "a name stands twice" : `the name ${name} stands twice`;
  if (code === "MULTIPLE_DOCS") return "a second document begins; write one";
  if (code === "TAG_RESOLVE_FAILED") return "a tag that is not understood; write a plain value";
  return `not YAML (${code.toLowerCase().replaceAll("_", " ")})`;
}
