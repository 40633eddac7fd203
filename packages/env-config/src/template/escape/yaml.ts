import { lineAround, refused, text, type Escape, type PlainValue } from "./escape.js";
import { yamlPlace } from "./yaml-place.js";

/** Within quotes of the template a piece of the text; as a whole value what the value is, text always in double quotes. @see YAML 1.2.2, 5.7, 7.3 */
export const escapeYaml: Escape = (value, place) => {
  const { before, after } = lineAround(place);
  const { kind, inFlow } = yamlPlace(place.before);
  // Of a line within quotes: without a value the blanks beside it would go, or the line be an empty one.
  const isAtEdge = (/(?:^|[ \t])$/.test(before) && /^[ \t]*$/.test(after)) || (/^[ \t]*$/.test(before) && /^[ \t]/.test(after));
  switch (kind) {
    case "double":
      return value === "" && isAtEdge ? isNothing : text(escaped(value));
    case "single":
      if (value === "" && isAtEdge) return isNothing;
      if (/^\s|\s$/.test(String(value)) && (!after.includes("'") || isInSingle(place.before))) return refused("begins or ends with a blank, which single quotes over several lines lose; take double ones");
      return /[^\t\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\u2028\u2029\ufeff]/u.test(String(value)) ? refused("holds a line break or a control character, which single quotes cannot say; take double ones") : text(String(value).replaceAll("'", "''"));
    case "comment":
      return /[\n\r]/.test(String(value)) ? refused("holds a line break, which would end the comment") : text(String(value));
    case "block":
      return refused("stands in a block (| or >), which it could leave; write the text in double quotes");
    case "value":
      return (inFlow ? /^[ \t]*(?:$|[ \t]#|[,\]}])/ : /^[ \t]*(?:$|[ \t]#)/).test(after) ? text(typeof value === "string" ? `"${escaped(value)}"` : String(value)) : isBeside;
    case "beside":
      return isBeside;
  }
};

const isBeside = refused("stands beside other text without quotes; put the whole value in double quotes");

const isNothing = refused("is empty at the end of a line within quotes, which drops the blanks beside it; close the quotes in that line");

/** Whether single quotes are open already where the line begins. */
const isInSingle = (before: string): boolean => before.includes("\n") && yamlPlace(before.slice(0, before.lastIndexOf("\n"))).kind === "single";

/** As in JSON, and by number what YAML does not call printable, or may take for a line break; blanks at the ends, too, which a broken line would lose. */
const escaped = (value: PlainValue): string =>
  JSON.stringify(String(value)).slice(1, -1).replaceAll(/^ | $/g, String.raw`\x20`).replaceAll(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
