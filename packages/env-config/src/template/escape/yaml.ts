import { lineAround, refused, text, type Escape, type PlainValue } from "./escape.js";

type YamlPlace = "plain" | "double" | "single" | "comment" | "block";

/** Within quotes of the template a piece of the text; as a whole value what the value is, text always in double quotes. @see YAML 1.2.2, 5.7, 7.3 */
export const escapeYaml: Escape = (value, place) => {
  const around = lineAround(place);
  switch (placeOf(place.before)) {
    case "double":
      return text(escaped(value));
    case "single":
      return /[^\t\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\u2028\u2029\ufeff]/u.test(String(value)) ? refused("holds a line break or a control character, which single quotes cannot say; take double ones") : text(String(value).replaceAll("'", "''"));
    case "comment":
      return /[\n\r]/.test(String(value)) ? refused("holds a line break, which would end the comment") : text(String(value));
    case "block":
      return refused("stands in a block (| or >), which it could leave; write the text in double quotes");
    case "plain":
      if (!/(?:^|[:?-][ \t]+|[[{,][ \t]*)$/.test(around.before) || /^[ \t]*$/.test(around.before) || !/^[ \t]*(?:$|[ \t]#|[,\]}])/.test(around.after)) {
        return refused("stands beside other text without quotes; put the whole value in double quotes");
      }
      return text(typeof value === "string" ? `"${escaped(value)}"` : String(value));
  }
};

/** As in JSON, and by number what YAML does not call printable, or may take for a line break; blanks at the ends, too, which a broken line would lose. */
const escaped = (value: PlainValue): string =>
  JSON.stringify(String(value)).slice(1, -1).replaceAll(/^ | $/g, String.raw`\x20`).replaceAll(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Reads a template from its beginning; a quote opens only where a value may begin. */
function placeOf(before: string): YamlPlace {
  let place: YamlPlace = "plain";
  let blockIndent: number | undefined;
  for (const line of before.split("\n")) {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    if (blockIndent !== undefined && (indent > blockIndent || line.trim() === "")) {
      place = "block";
      continue;
    }
    blockIndent = undefined;
    place = placeInLine(line, place === "double" || place === "single" ? place : "plain");
    if (place === "plain" && /(?:^|[\s:-])[|>][-+\d]*[ \t]*(?:#.*)?$/.test(line)) blockIndent = indent;
  }
  return place;
}

function placeInLine(line: string, start: YamlPlace): YamlPlace {
  let place = start;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (place === "double") {
      if (character === "\\") at++;
      else if (character === '"') place = "plain";
    } else if (place === "single") {
      if (character === "'" && line.charAt(at + 1) === "'") at++;
      else if (character === "'") place = "plain";
    } else if (character === "#" && /(?:^|\s)$/.test(line.slice(0, at))) return "comment";
    else if ((character === '"' || character === "'") && /(?:^|[:?-]\s+|[[{,]\s*|[!&][^\s]*\s+)$|^\s+$/.test(line.slice(0, at))) place = character === '"' ? "double" : "single";
  }
  return place;
}
