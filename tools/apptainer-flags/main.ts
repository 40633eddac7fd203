import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseEngineVersion } from "../../packages/apptainer/src/engine/engine-version.js";
import { readRecordings, writeRecordings, type EngineRecording } from "../../packages/apptainer/src/engine/flags/fixtures/recorded-help.js";
import { verbs } from "../../packages/apptainer/src/engine/flags/verb.js";
import { readArguments } from "../system/src/index.js";
import { buildTable, renderTable } from "./build-table.js";
import { helpArguments } from "./parse-help.js";

const USAGE = `apptainer-flags record PROGRAM…  the help of engines on this machine, by absolute path; one of each minor version is kept
apptainer-flags table           the table of what was recorded
`;

const tablePath = fileURLToPath(new URL("../../packages/apptainer/src/engine/flags/generated/flag-table.ts", import.meta.url));

/** An ordinary account: the help shows its home folder as a default. */
const ordinary = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

function ask(program: string, argv: readonly string[]): { readonly exitStatus: number; readonly stdout: string } {
  const { status, stdout, error } = spawnSync(program, argv, { encoding: "utf8", cwd: "/", env: { PATH: "/usr/bin:/bin", HOME: "/" }, ...ordinary });
  if (error !== undefined || status === null) throw new Error(`${program} ${argv.join(" ")} did not end by itself`, { cause: error });
  return { exitStatus: status, stdout: flagsOnly(stdout) };
}

/** Without the examples, and without the folders of the machine that was asked. */
const flagsOnly = (help: string): string =>
  help.replace(/\n+(?:Examples|Available Commands):\n[^]*/, "\n").replaceAll(/\(default\s+"\/[^"]*"\)/g, "(default: of the machine)");

const recordEngine = (program: string): EngineRecording => ({
  version: ask(program, ["--version"]).stdout.trim(),
  help: verbs.map((verb) => ({ argv: helpArguments(verb), ...ask(program, helpArguments(verb)) })),
});

/** One recording of each minor version, oldest first. */
function merged(recordings: readonly EngineRecording[]): readonly EngineRecording[] {
  const keyOf = ({ version }: EngineRecording): string => {
    const { flavour, major, minor } = parseEngineVersion(version);
    return `${flavour} ${String(major).padStart(3)}.${String(minor).padStart(3)}`;
  };
  return [...new Map(recordings.map((recording) => [keyOf(recording), recording])).entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, recording]) => recording);
}

const before = await readFile(new URL("../../packages/apptainer/src/engine/flags/fixtures/help.json", import.meta.url)).then(readRecordings, () => []);
const { positionals } = readArguments({ args: process.argv.slice(2), allowPositionals: true, options: {} });
const [command, ...programs] = positionals;
if ((command === "record" && programs.length > 0) || (command === "table" && programs.length === 0)) {
  const recordings = merged([...before, ...programs.map(recordEngine)]);
  if (programs.length > 0) writeRecordings(recordings);
  await writeFile(tablePath, renderTable(buildTable(recordings), recordings));
} else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}
