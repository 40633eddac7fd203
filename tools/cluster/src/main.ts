import { MissingRequirementError, readArguments } from "../../system/src/index.js";
import { daemonCommand, downCommand, nodeCommand, shellCommand, statusCommand, upCommand } from "./commands.js";

const USAGE = `cluster up [VERSION…] [--name NAME]        22.05, 24.11 or newest; newest unless told
cluster down [NAME…] [--all]
cluster status [--json]
cluster shell NAME [--as USER] [-- COMMAND…]
cluster node NAME kill|restore NODE        c1, c2, c3 or c4
cluster daemon NAME stop|start DAEMON      slurmctld or slurmdbd
`;

async function run(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments({
    args: [...argv],
    allowPositionals: true,
    options: {
      name: { type: "string" },
      all: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      as: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  switch (command) {
    case "up":
      return upCommand(rest, { signal, ...(values.name !== undefined && { name: values.name }) });
    case "down":
      return downCommand(rest, { all: values.all });
    case "status":
      return statusCommand({ json: values.json });
    case "shell":
      return shellCommand(rest, values.as === undefined ? {} : { as: values.as });
    case "node":
      return nodeCommand(rest);
    case "daemon":
      return daemonCommand(rest);
    default:
      process.stderr.write(USAGE);
      return 2;
  }
}

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // For every repetition too: tsx hands on a Ctrl-C that this process got from the terminal already.
  process.on(name, () => interruption.abort(new Error(`interrupted by ${name}`)));
}
try {
  process.exitCode = await run(process.argv.slice(2), interruption.signal);
} catch (error) {
  const cause: unknown = interruption.signal.aborted ? interruption.signal.reason : error;
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exitCode = error instanceof MissingRequirementError ? 3 : 1;
}
