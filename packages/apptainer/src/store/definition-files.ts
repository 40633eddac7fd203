import { OptionsError } from "@hpckit/core";

/** Files and folders of the machine that go into an image by its definition. */
export interface DefinitionFiles {
  /** What it begins with: another image, an archive, an OCI folder. */
  readonly bases: readonly string[];
  /** What is copied into it, and with a link what it leads to (Apptainer 1.4.5). */
  readonly copied: readonly string[];
  /** Registries from which stages begin, as references name them; undefined is Docker Hub. */
  readonly registries: readonly (string | undefined)[];
}

/** Where `From` is a path. That of archives and OCI folders ends at a colon. */
const localAgent = /^(?:localimage|docker-archive|oci-archive|oci)$/;

/**
 * Which files of the machine a definition names: first words of `%files` and `%appfiles`, and what a stage begins with. What a package
 * manager or a registry gives is not among them, nor what `%setup` and `%pre` fetch: pin it in the definition.
 * @throws OptionsError for a file that cannot be told from here, because it is relative or a pattern.
 * @see Apptainer, Definition Files
 */
export function definitionFiles(text: string): DefinitionFiles {
  const stages: { agent?: string; from?: string; registry?: string }[] = [{}];
  const copied: string[] = [];
  let section: string | undefined;
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const [, key = "", value = ""] = /^(bootstrap|from|registry)\s*:\s*(.*)$/i.exec(line) ?? [];
    if (line.startsWith("%")) section = line.toLowerCase();
    else if (key.toLowerCase() === "bootstrap") {
      if (section !== undefined) stages.push({});
      section = undefined;
      stages[stages.length - 1] = { ...stages.at(-1), agent: value.toLowerCase() };
    } else if (section === undefined) stages[stages.length - 1] = { ...stages.at(-1), ...(key !== "" && { [key.toLowerCase()]: value }) };
    else if (/^%(?:files(?!\s+from\b)|appfiles\b)/.test(section)) copied.push(firstWord(line));
  }
  const bases = stages.flatMap(({ agent = "", from }) => (from !== undefined && localAgent.test(agent) ? [agent === "localimage" ? from : (from.split(":")[0] ?? "")] : []));
  const unnamed = [...bases, ...copied].filter((file) => !file.startsWith("/") || /[*?[{]/.test(file));
  if (unnamed.length > 0) {
    throw new OptionsError("image store", unnamed.map((file) => ({ path: "definition", message: `${JSON.stringify(file)}: write an absolute path without a pattern, so that what goes into the image can be named` })));
  }
  const registries = stages.flatMap(({ agent = "", from = "", registry }) => (agent === "docker" || agent === "oras" ? [registry ?? registryOf(from)] : []));
  return { bases: [...new Set(bases)], copied: [...new Set(copied)], registries: [...new Set(registries)] };
}

/** Its first part is a host if it looks like one. */
const registryOf = (from: string): string | undefined => /^([^/]*[.:][^/]*|localhost)\//.exec(from)?.[1];

/** A blank within it is quoted, or has a backslash before it. */
function firstWord(line: string): string {
  const [, double, single, bare = ""] = /^(?:"([^"]*)"|'([^']*)'|((?:\\.|[^\s\\])+))/.exec(line) ?? [];
  return double ?? single ?? bare.replaceAll(/\\(.)/g, "$1");
}
