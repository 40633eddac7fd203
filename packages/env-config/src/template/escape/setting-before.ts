/** The part of a file of sections and `name = value` lines that a place belongs to, up to the place. */
export interface SettingBefore {
  /** Name of the section, or empty before the first. */
  readonly section: string;
  /** The line with those before it that it continues, without their comments. */
  readonly line: string;
  readonly isComment: boolean;
}

/** Reads a file up to a place as Python's ConfigParser does: a line that stands deeper than the name of a setting continues its value. @see configparser, Supported INI File Structure */
export function settingBefore(before: string): SettingBefore {
  const lines = before.split("\n");
  const last = lines.pop() ?? "";
  let section = "";
  let setting: { readonly text: string; readonly indent: number } | undefined;
  for (const line of lines) {
    const text = line.replace(/(?:^|\s)[;#].*$/, "").trimEnd();
    if (text === "") continue;
    const header = /^\s*\[([^\]]*)\]/.exec(text)?.[1];
    if (setting !== undefined && indentOf(text) > setting.indent) setting = { ...setting, text: `${setting.text}\n${text}` };
    else if (header === undefined) setting = { text, indent: indentOf(text) };
    else [section, setting] = [header, undefined];
  }
  const continues = setting !== undefined && indentOf(last) > setting.indent;
  return { section, line: continues ? `${setting?.text}\n${last}` : last, isComment: /(?:^|\s)[;#]/.test(last) };
}

const indentOf = (line: string): number => line.search(/\S|$/);
