import { OptionsError } from "@hpckit/core";

/**
 * Files of the machine that go into an image by its definition: the first words of `%files`, and the image that `localimage`
 * begins with. What a package manager or a registry gives is not among them: pin it in the definition.
 * @throws OptionsError for a file that cannot be told from here, because it is relative or a pattern.
 * @see Apptainer, Definition Files
 */
export function definitionFiles(text: string): readonly string[] {
  const files: string[] = [];
  let section: string | undefined;
  let isLocal = false;
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("%")) section = line.toLowerCase();
    else if (section === undefined || /^bootstrap\s*:/i.test(line)) {
      const [, key = "", value = ""] = /^(\w+)\s*:\s*(.*)$/.exec(line) ?? [];
      if (key.toLowerCase() === "bootstrap") [section, isLocal] = [undefined, value.toLowerCase() === "localimage"];
      else if (key.toLowerCase() === "from" && isLocal) files.push(value);
    } else if (/^%files(?!\s+from\b)/.test(section)) files.push(firstWord(line));
  }
  const issues = files.filter((file) => !file.startsWith("/") || /[*?[{]/.test(file)).map((file) => ({ path: "definition", message: `${JSON.stringify(file)}: write an absolute path without a pattern, so that what goes into the image can be named` }));
  if (issues.length > 0) throw new OptionsError("image store", issues);
  return [...new Set(files)];
}

/** A blank within it is quoted, or has a backslash before it. */
function firstWord(line: string): string {
  const [, double, single, bare = ""] = /^(?:"([^"]*)"|'([^']*)'|((?:\\.|[^\s\\])+))/.exec(line) ?? [];
  return double ?? single ?? bare.replaceAll(/\\(.)/g, "$1");
}
