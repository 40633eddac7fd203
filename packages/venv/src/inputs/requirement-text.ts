import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { TextSource } from "../environment/text-source.js";
import { inputRefused, reading } from "./input-refused.js";

/** A requirements file as the installer gets it. */
export interface InputText {
  /** Of the file over there; the installer tells a `pylock.toml` from a requirements file by it. */
  readonly name: string;
  readonly text: string;
}

export type TextOption = "requirements" | "constraints";

/** @throws OptionsError for a file that is not there, one of another tool, one that points to files the installer would not find over there, or a password in it. */
export async function readTexts(option: TextOption, sources: readonly TextSource[]): Promise<readonly InputText[]> {
  const lock = sources.find((source): source is string => typeof source === "string" && isPylock(source));
  if (lock !== undefined && sources.length > 1) throw inputRefused(option, `${lock}: a lock says everything that is installed, and neither pip nor uv takes requirements beside it: give it alone`);
  return Promise.all(sources.map((source, index) => readText(option, source, index)));
}

async function readText(option: TextOption, source: TextSource, index: number): Promise<InputText> {
  const isLocked = option === "requirements" && typeof source === "string" && isPylock(source);
  if (typeof source === "string" && !isLocked) refuseOtherTools(option, source);
  const text = typeof source === "string" ? await reading(option, source, () => readFile(source, "utf8")) : source.text;
  refuseUnusable(option, text, isLocked ? lockPointsElsewhere : pointsElsewhere);
  const number = index === 0 ? "" : String(index + 1);
  return { name: isLocked ? `pylock.${index + 1}.toml` : `${option}${number}.txt`, text };
}

/** What was a lock when it was read. */
export const isLock = ({ name }: InputText): boolean => name.endsWith(".toml");

/** @see PEP 751, File Name */
const isPylock = (path: string): boolean => /^pylock(?:\.[^.]+)?\.toml$/.test(basename(path));

const project = "give the project's folder among `projects`";

/** What is often given for requirements, and read by another tool alone; each with the command that makes requirements of it. */
const ofOtherTools: readonly (readonly [name: RegExp, next: string])[] = [
  [/^pyproject\.toml$/, `pip reads it as part of a project: ${project}, or make requirements of it: uv pip compile pyproject.toml -o requirements.txt`],
  [/^setup\.(?:py|cfg)$/, `pip reads it as part of a project: ${project}`],
  [/^uv\.lock$/, "uv reads it beside its project alone: uv export --no-emit-project --format requirements.txt -o requirements.txt"],
  [/^poetry\.lock$/, "poetry alone reads it: poetry export --output requirements.txt"],
  [/^pdm\.lock$/, "pdm alone reads it: pdm export --format requirements --output requirements.txt"],
  [/^Pipfile(?:\.lock)?$/, "pipenv alone reads it: pipenv requirements --hash > requirements.txt"],
  [/\.ya?ml$/, "conda reads such files: say it as a conda environment"],
];

function refuseOtherTools(option: TextOption, path: string): void {
  const name = basename(path);
  const next = ofOtherTools.find(([pattern]) => pattern.test(name))?.[1] ?? (isPylock(path) ? "a lock says no constraints: give it among `requirements`" : undefined);
  if (next !== undefined) throw inputRefused(option, `${path}: ${next}`);
}

function refuseUnusable(option: TextOption, text: string, elsewhere: RegExp): void {
  const lines = text.split(/\r?\n/);
  const revealing = lines.findIndex((line) => holdsPassword.test(line));
  if (revealing !== -1) {
    throw inputRefused(option, `line ${revealing + 1} holds a password or a token, and the text is kept where others may read it: give the address as \`index: secret(…)\``);
  }
  const pointing = lines.find((line) => elsewhere.test(line));
  if (pointing !== undefined) {
    throw inputRefused(option, `${JSON.stringify(pointing)} points to a file that would not be found over there: give it among \`requirements\`, \`constraints\` or \`projects\``);
  }
}

/** Other files, editable projects and relative paths. */
const pointsElsewhere = /^\s*(?:-[rce]|--(?:requirement|constraint|editable)\b|(?:-f|--find-links)[\s=]*(?!https?:|file:|\/|\$)\S|\.{1,2}\/|file:(?!\/\/))/;

/** @see PEP 751, `packages.directory.path`, `packages.archive.path` and their like */
const lockPointsElsewhere = /(?:^|[{,])\s*path\s*=/;

/** `https://user:password@…` or `https://token@…`; with `${NAME}`, which pip fills in from the environment, nothing is revealed. */
const holdsPassword = /:\/\/[^/\s:@]*:(?!\$\{[A-Z0-9_]+\}@)[^/\s@]+@|https?:\/\/(?!\$\{[A-Z0-9_]+\}@)[^/\s:@]+@/i;
