/** A piece of a template: its own text, or a place for a variable. */
export type TemplatePiece = { readonly kind: "text"; readonly text: string } | { readonly kind: "variable"; readonly name: string; readonly line: number };

export interface ParsedTemplate {
  readonly pieces: readonly TemplatePiece[];
  readonly issues: readonly { readonly line: number; readonly message: string }[];
}

/** Splits a template at `${NAME}`; `$${` is a literal `${`. Any other `$` is text. */
export function parseTemplate(template: string): ParsedTemplate {
  const pieces: TemplatePiece[] = [];
  const issues: ParsedTemplate["issues"][number][] = [];
  let end = 0;
  for (const match of template.matchAll(/\$(\$\{)|\$\{([A-Za-z_]\w*)\}|\$\{/g)) {
    const [whole, literal, name] = match;
    const line = template.slice(0, match.index).split("\n").length;
    pieces.push({ kind: "text", text: template.slice(end, match.index) });
    if (literal !== undefined) pieces.push({ kind: "text", text: literal });
    else if (name !== undefined) pieces.push({ kind: "variable", name, line });
    else issues.push({ line, message: "${ begins no ${NAME}; write $${ for one that belongs to the file" });
    end = match.index + whole.length;
  }
  pieces.push({ kind: "text", text: template.slice(end) });
  return { pieces, issues };
}
