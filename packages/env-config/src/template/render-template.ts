import { closeMatch, OptionsError, parseOptions, Secret, type OptionsIssue } from "@hpckit/core";
import { z } from "zod";
import { hidden, secretText } from "../secret/secret-text.js";
import { entriesOf, revealed, textOf, type VariableValue } from "../variable/variable-text.js";
import type { Config } from "../config/config.js";
import { behindNoBackslash, text, type Escape, type Escaped, type Place, type PlainValue } from "./escape/escape.js";
import { escapeIni } from "./escape/ini.js";
import { escapeJson } from "./escape/json.js";
import { escapeShell } from "./escape/shell.js";
import { escapeSupervisor } from "./escape/supervisor.js";
import { escapeSystemd } from "./escape/systemd.js";
import { escapeYaml } from "./escape/yaml.js";
import { parseTemplate, type TemplatePiece } from "./parse-template.js";

const escapes = {
  ini: escapeIni,
  json: behindNoBackslash(escapeJson),
  none: (value) => text(String(value)),
  shell: behindNoBackslash(escapeShell),
  supervisor: behindNoBackslash(escapeSupervisor),
  systemd: behindNoBackslash(escapeSystemd),
  yaml: behindNoBackslash(escapeYaml),
} as const satisfies Readonly<Record<TemplateEscape, Escape>>;

/**
 * What kind of file a template is, so that no value breaks out of its place: `ini` (sections and `name = value`), `supervisor` (the same with `%`
 * expansions, and `command=` and `environment=` as supervisord reads them; also Python's ConfigParser), `systemd` (a unit), `json`, `yaml`, `shell` (sh, dash,
 * bash). `none` puts values in as they are.
 */
export type TemplateEscape = "ini" | "json" | "none" | "shell" | "supervisor" | "systemd" | "yaml";

/** What stands for a placeholder: a value, or text that was written for this very place and is put in as it is, e.g. by `renderVariables`. */
export type TemplateValue = VariableValue | { readonly verbatim: string | Secret };

export type TemplateVariables = Config<object> | Readonly<Record<string, TemplateValue | undefined>>;

export interface RenderTemplateOptions {
  readonly escape: TemplateEscape;
  /** Variables that no placeholder takes: accepted (default), or an error. */
  readonly unused?: "accept" | "refuse" | undefined;
}

const options: z.ZodType<RenderTemplateOptions> = z.strictObject({
  escape: z.enum(Object.keys(escapes) as [TemplateEscape, ...TemplateEscape[]]),
  unused: z.enum(["accept", "refuse"]).optional(),
});

/**
 * Fills a template: `${NAME}` takes a variable, `$${` is a literal `${`. Pure.
 *
 * Guarantees: each value is read back from its place byte for byte and ends nothing there, or the call is refused. Text that takes in a secret is
 * a `Secret` itself, which {@link applyTemplate} writes with mode 0600.
 * @throws OptionsError that lists every unknown variable, with its line and the name that was meant, and every value that its place cannot hold.
 */
export function renderTemplate(template: string, variables: Readonly<Record<string, string | number | boolean | undefined>>, options: RenderTemplateOptions): string;
export function renderTemplate(template: string, variables: TemplateVariables, options: RenderTemplateOptions): string | Secret;
export function renderTemplate(template: string, variables: TemplateVariables, input: RenderTemplateOptions): string | Secret {
  const { escape, unused } = parseOptions(options, input, "renderTemplate");
  const { pieces, issues } = parseTemplate(parseOptions(z.string(), template, "template"));
  const given = new Map(entriesOf(variables as Config<object>, "renderTemplate"));
  const filled = pieces.map((piece, index) => fill(piece, given, escapes[escape], () => placeOf(pieces, index)));
  const taken = new Set(pieces.flatMap((piece) => (piece.kind === "variable" ? [piece.name] : [])));
  const wrong: OptionsIssue[] = [
    ...issues.map(({ line, message }) => ({ path: "", message: `line ${line}: ${message}` })),
    ...filled.flatMap((piece) => (piece.kind === "refused" ? [piece.issue] : [])),
    ...(unused === "refuse" ? [...given.keys()].filter((name) => !taken.has(name)).map((path) => ({ path, message: "is not used in the template" })) : []),
  ];
  if (wrong.length > 0) throw new OptionsError("template", wrong);
  const written = filled.flatMap((piece) => (piece.kind === "filled" ? [piece] : []));
  const whole = written.map((piece) => piece.text).join("");
  return written.some(({ isSecret }) => isSecret) ? secretText(whole, written.map((piece) => (piece.isSecret ? hidden(piece.text) : piece.text)).join("")) : whole;
}

type FilledPiece = { readonly kind: "filled"; readonly text: string; readonly isSecret: boolean } | { readonly kind: "refused"; readonly issue: OptionsIssue };

function fill(piece: TemplatePiece, given: ReadonlyMap<string, unknown>, escape: Escape, place: () => Place): FilledPiece {
  if (piece.kind === "text") return { kind: "filled", text: piece.text, isSecret: false };
  const { name, line } = piece;
  const refuse = (message: string): FilledPiece => ({ kind: "refused", issue: { path: name, message: `line ${line}: ${message}` } });
  const value = given.get(name);
  if (value === undefined) {
    const match = closeMatch(name, [...given.keys()]);
    return refuse(`unknown variable; ${match === undefined ? `known are ${[...given.keys()].join(", ")}` : `did you mean \${${match}}?`}`);
  }
  const content = textOf(name, isVerbatim(value) ? value.verbatim : value);
  if (content.kind === "refused") return refuse(content.reason);
  const escaped: Escaped = isVerbatim(value) ? text(revealed(content.value)) : escape(asPlain(value, revealed(content.value)), place());
  return escaped.kind === "refused" ? refuse(escaped.reason) : { kind: "filled", text: escaped.text, isSecret: content.value instanceof Secret };
}

const isVerbatim = (value: unknown): value is { readonly verbatim: string | Secret } => typeof value === "object" && value !== null && !(value instanceof Secret) && "verbatim" in value;

const asPlain = (value: unknown, otherwise: string): PlainValue => (typeof value === "number" || typeof value === "boolean" ? value : otherwise);

function placeOf(pieces: readonly TemplatePiece[], index: number): Place {
  const plain = (some: readonly TemplatePiece[]): string => some.map((piece) => (piece.kind === "text" ? piece.text : "x")).join("");
  return { before: plain(pieces.slice(0, index)), after: plain(pieces.slice(index + 1)) };
}
