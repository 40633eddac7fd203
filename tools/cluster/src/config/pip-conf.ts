/** Sections of an INI file such as pip's: section → key → value. A value may go over several lines. */
export type IniSections = Map<string, Map<string, string>>;

/** Reads pip.conf(5) text into `sections`; what is read later wins, as with pip's own files. */
export function mergePipConf(sections: IniSections, text: string): void {
  let section: Map<string, string> | undefined;
  let lastKey: string | undefined;
  for (const line of text.split("\n")) {
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) {
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
      lastKey = undefined;
    } else if (/^\s+\S/.test(line) && section && lastKey !== undefined) {
      section.set(lastKey, `${section.get(lastKey) ?? ""}\n${line.trimEnd()}`);
    } else {
      const [, key, value] = /^([^#;=:\s][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
      if (section && key !== undefined && value !== undefined) {
        lastKey = key.toLowerCase().replaceAll("_", "-");
        section.set(lastKey, value.trim());
      }
    }
  }
}

/** `PIP_INDEX_URL` and its like: each is the option of that name, for all of pip's commands. */
export function mergePipVariables(sections: IniSections, environment: Readonly<Record<string, string | undefined>>): void {
  const global = sections.get("global") ?? new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    // These say where pip keeps its own files, on this machine.
    if (!name.startsWith("PIP_") || !value || /^PIP_(CONFIG_FILE|CACHE_DIR|TARGET|PREFIX|ROOT|SRC|LOG)$/.test(name)) continue;
    global.set(name.slice("PIP_".length).toLowerCase().replaceAll("_", "-"), value);
  }
  sections.set("global", global);
}

export function renderPipConf(sections: IniSections): string {
  return [...sections].map(([name, keys]) => `[${name}]\n${[...keys].map(([key, value]) => `${key} = ${value}\n`).join("")}`).join("\n");
}
