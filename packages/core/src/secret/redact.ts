import { ellipsis } from "../text/excerpt.js";
import { shownSecret, type Secret } from "./secret.js";
import { formsOf } from "./secret-forms.js";

/** Of a secret that was cut, a piece that is not shorter is recognised. What is shorter as a whole stands in innocent words, too. */
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
 *
 * A value of fewer than four characters is found only where it stands by itself, with neither letter nor digit beside it: it would otherwise take
 * apart every text, and show itself by that.
 */
export function redact(text: string, secrets: readonly Secret[]): string {
  if (secrets.length === 0) return text;
  const forms = formsOfAll(secrets);
  return replaced(text, [...whole(text, forms), ...besideEllipses(text, forms)]);
}

/** Every place where one of the forms stands. */
function whole(text: string, forms: readonly string[]): readonly Span[] {
  const spans: Span[] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
      if (form.length >= shortestPiece || standsAlone(text, at, at + form.length)) spans.push([at, at + form.length]);
    }
  }
  return spans;
}

/** A word by itself. Marks alone are none. */
const standsAlone = (text: string, begin: number, end: number): boolean =>
  /[\p{L}\p{N}]/u.test(text.slice(begin, end)) && !/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, begin - 2), begin)) && !/^[\p{L}\p{N}]/u.test(text.slice(end, end + 2));

/** Where the text was cut: ends of the forms behind an ellipsis, beginnings of them before one, and pieces between two. */
function besideEllipses(text: string, forms: readonly string[]): readonly Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(ellipsis), next; at !== -1; at = next) {
    const begin = at + 1;
    next = text.indexOf(ellipsis, begin);
    const between = text.slice(begin, next === -1 ? begin : next);
    for (const form of forms) {
      const behind = between.length >= shortestPiece && form.includes(between) ? between.length : shared(form, text.slice(begin, begin + form.length));
      const before = shared(text.slice(Math.max(0, at - form.length + 1), at), form);
      if (behind > 0) spans.push([begin, begin + behind]);
      if (before > 0) spans.push([at - before, at]);
    }
  }
  return spans;
}

/** With how many characters the one ends and the other begins; fewer than four are an accident. */
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
  for (const [from, to] of sorted) {
    if (from >= end) {
      result += text.slice(end, from) + shownSecret;
      end = to;
    } else end = Math.max(end, to);
  }
  return result + text.slice(end);
}
