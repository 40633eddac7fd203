import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseEngineVersion } from "../../packages/apptainer/src/engine/engine-version.js";
import { readRecordings, writeRecordings, type EngineRecording, type HelpRecording } from "../../packages/apptainer/src/engine/flags/fixtures/recorded-help.js";
import { verbs } from "../../packages/apptainer/src/engine/flags/verb.js";
import { listClusters } from "../cluster/src/index.js";
import { readArguments } from "../system/src/index.js";
import { buildTable, renderTable } from "./build-table.js";
import { helpArguments } from "./parse-help.js";

const USAGE = `apptainer-flags record PROGRAM…  the help of engines by absolute path, and of clusters that are up by name; one of each minor version is kept
apptainer-flags table           the table of what was recorded
`;

const tablePath = fileURLToPath(new URL("../../packages/apptainer/src/engine/flags/generated/flag-table.ts", import.meta.url));

type Ask = (argv: readonly string[]) => Promise<{ readonly exitStatus: number; readonly stdout: string }>;

/** An ordinary account: the help shows its home folder as a default. */
const ordinary = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const askProgram = (program: string): Ask => async (argv) => {
  const { status, stdout, error } = spawnSync(program, argv, { encoding: "utf8", cwd: "/", env: { PATH: "/usr/bin:/bin", HOME: "/" }, ...ordinary });
  if (error !== undefined || status === null) throw new Error(`${program} ${argv.join(" ")} did not end by itself`, { cause: error });
  if (status !== 0) throw new Error(`${program} ${argv.join(" ")}: exit status ${status}`);
  return { exitStatus: status, stdout };
};

async function askCluster(name: string): Promise<Ask> {
  const cluster = (await listClusters()).find((each) => each.name === name);
  if (cluster === undefined) throw new Error(`${name} is no absolute path, and no cluster that is up`);
  return async (argv) => {
    const { exitCode, stdout } = await cluster.exec(["apptainer", ...argv], { as: "alice" });
    return { exitStatus: exitCode, stdout };
  };
}

/** Without the examples, and without the folders of the machine that was asked. */
const flagsOnly = (help: string): string =>
  help.replace(/\n+(?:Examples|Available Commands):\n[^]*/, "\n").replaceAll(/\(default\s+"\/[^"]*"\)/g, "(default: of the machine)");

async function recordEngine(program: string): Promise<EngineRecording> {
  const ask = program.startsWith("/") ? askProgram(program) : await askCluster(program);
  const help: HelpRecording[] = [];
  for (const verb of verbs) {
    const argv = helpArguments(verb);
    const { exitStatus, stdout } = await ask(argv);
    help.push({ argv, exitStatus, stdout: flagsOnly(stdout) });
  }
  return { version: (await ask(["--version"])).stdout.trim(), help };
}

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
  const recordings = merged([...before, ...(await Promise.all(programs.map(recordEngine)))]);
  if (programs.length > 0) writeRecordings(recordings);
  await writeFile(tablePath, renderTable(buildTable(recordings), recordings));
} else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}
