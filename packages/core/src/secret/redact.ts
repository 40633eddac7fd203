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
 * forms in which shells, JSON, URLs, hex dumps and Base64 write it.
 */
export const redact = (text: string, secrets: readonly Secret[]): string => (secrets.length === 0 ? text : replaced(text, whole(text, formsOfAll(secrets))));

/** As {@link redact}, of a text that was cut: it may begin and end in the middle of a secret, of which then a piece of four characters is enough. */
export function redactCut(text: string, secrets: readonly Secret[]): string {
  const forms = formsOfAll(secrets);
  const edges = forms.flatMap((form): readonly Span[] => {
    const [first, last] = [shared(form, text), shared(text, form)];
    return [[0, first], [text.length - last, text.length]];
  });
  return replaced(text, [...whole(text, forms), ...edges.filter(([from, to]) => to - from >= shortestPiece)]);
}

/** Every place where one of the forms stands. */
function whole(text: string, forms: readonly string[]): readonly Span[] {
  const spans: Span[] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) spans.push([at, at + form.length]);
  }
  return spans;
}

/** With how many characters, fewer than all, the one ends and the other begins. */
function shared(ending: string, beginning: string): number {
  for (let length = Math.min(ending.length, beginning.length) - 1; length > 0; length--) {
    if (ending.endsWith(beginning.slice(0, length))) return length;
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
