import { ellipsis } from "../text/excerpt.js";
import { shownSecret, type Secret } from "./secret.js";
import { formsOf } from "./secret-forms.js";

/** A piece of a secret that is not shorter is recognised at the edge of a text that was cut. */
const shortestPiece = 4;

const known = new WeakMap<Secret, ReadonlySet<string>>();

function formsOfAll(secrets: readonly Secret[]): readonly string[] {
  const all = secrets.map((secret) => {
    const forms = known.get(secret) ?? formsOf(secret.reveal());
    known.set(secret, forms);
    return [...forms];
  });
  return [...new Set(all.flat())];
}

type Span = readonly [from: number, to: number];

/**
 * Replaces every secret's value in a text, so that a command's own output cannot carry it into an error or a log. It is found also in the
 * forms in which shells, JSON, URLs, hex dumps and Base64 write it, and in part where the text was cut and an ellipsis (`…`) says so.
 */
export function redact(text: string, secrets: readonly Secret[]): string {
  if (secrets.length === 0) return text;
  const forms = formsOfAll(secrets);
  return replaced(text, [...whole(text, forms), ...besideEllipses(text, forms)]);
}

/** As {@link redact}, of a text that may begin and end in the middle of a secret. A piece of four characters is enough. */
export function redactCut(text: string, secrets: readonly Secret[]): string {
  const forms = formsOfAll(secrets);
  return replaced(text, [...whole(text, forms), ...besideEllipses(text, forms), ...pieces(text, forms, 0, text.length)]);
}

/** Every place where one of the forms stands. */
function whole(text: string, forms: readonly string[]): readonly Span[] {
  const spans: Span[] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) spans.push([at, at + form.length]);
  }
  return spans;
}

function besideEllipses(text: string, forms: readonly string[]): readonly Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(ellipsis); at !== -1; at = text.indexOf(ellipsis, at + 1)) spans.push(...pieces(text, forms, at + 1, at));
  return spans;
}

/** Ends of the forms that stand at `begin`, and beginnings of them that stand before `end`. */
function pieces(text: string, forms: readonly string[], begin: number, end: number): readonly Span[] {
  return forms.flatMap((form) => [
    [begin, begin + shared(form, text.slice(begin, begin + form.length))] as const,
    [end - shared(text.slice(Math.max(0, end - form.length + 1), end), form), end] as const,
  ]).filter(([from, to]) => to > from);
}

/** With how many characters the one ends, and the other begins; at least four. */
function shared(ending: string, beginning: string): number {
  const key = beginning.slice(0, shortestPiece);
  if (key.length < shortestPiece) return 0;
  for (let at = ending.indexOf(key); at !== -1; at = ending.indexOf(key, at + 1)) {
    if (beginning.startsWith(ending.slice(at))) return ending.length - at;
  }
  return 0;
}

/** Spans that overlap are one: what two secrets have in common must not show the rest of one of them. */
function replaced(text: string, spans: readonly Span[]): string {
  const sorted = [...spans].sort(([one], [other]) => one - other);
  let result = "";
  let end = 0;
  let isInside = false;
  for (const [from, to] of sorted) {
    if (!isInside || from >= end) {
      result += text.slice(end, from) + shownSecret;
      end = to;
    } else end = Math.max(end, to);
    isInside = true;
  }
  return result + text.slice(end);
}
