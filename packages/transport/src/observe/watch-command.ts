import type { ExecOptions, ExecResult, StreamOptions } from "@hpckit/core";
import { secretsOf } from "../command/exec-options.js";
import type { Observation } from "./observation.js";
import type { EventBodies } from "./transport-event.js";
import type { CallOutcome } from "./watched-call.js";

/** Of a command an event shows so much. */
const longestWord = 200;
const mostWords = 50;

type Argv = readonly string[];
type CommandFacts = Pick<EventBodies["command-begun"], "operation" | "operationId">;

/** @param count - told of bytes of stdout as they pass; without it, the result has them. */
type RunCommand = (count: (bytes: number) => void) => Promise<ExecResult>;

/** Tells of one command. */
export function watchCommand(observation: Observation, operation: "exec" | "stream", argv: Argv, options: StreamOptions, run: RunCommand): Promise<ExecResult> {
  const facts = { operation, operationId: observation.nextId() };
  let passed: number | undefined;
  return observation.watch({
    topic: "command",
    secrets: () => secretsOf(options),
    begun: (clean) => ({ kind: "command-begun", ...facts, argv: shown(clean(argv)), commands: 1, ...surroundings({ ...options }) }),
    ended: ({ value, ...outcome }, clean) => ({
      kind: "command-ended",
      ...facts,
      argv: shown(clean(argv)),
      exitCode: value?.exitCode,
      signal: value?.signal,
      stdoutBytes: passed ?? value?.stdoutBytes.length,
      ...outcome,
    }),
    run: () => run((bytes) => (passed = (passed ?? 0) + bytes)),
  });
}

/** Tells of commands in one round trip. */
export function watchBatch(observation: Observation, commands: readonly Argv[], options: ExecOptions, run: () => Promise<readonly ExecResult[]>): Promise<readonly ExecResult[]> {
  const facts: CommandFacts = { operation: "batch", operationId: observation.nextId() };
  const first = (): Argv => (Array.isArray(commands) ? ((commands as readonly Argv[])[0] ?? []) : [String(commands)]);
  return observation.watch({
    topic: "command",
    secrets: () => secretsOf(options),
    begun: (clean) => ({ kind: "command-begun", ...facts, argv: shown(clean(first())), commands: Array.isArray(commands) ? commands.length : 0, ...surroundings({ ...options }) }),
    ended: (outcome, clean) => ({ kind: "command-ended", ...facts, argv: shown(clean(first())), ...endOfBatch(outcome) }),
    run,
  });
}

const endOfBatch = ({ value, ...outcome }: CallOutcome<readonly ExecResult[]>): Omit<CallOutcome<never>, "value"> & Pick<EventBodies["command-ended"], "ended" | "failed" | "stdoutBytes"> => ({
  ...outcome,
  ended: value?.length,
  failed: value?.filter(({ ok }) => !ok).length,
  stdoutBytes: value?.reduce((sum, { stdoutBytes }) => sum + stdoutBytes.length, 0),
});

/** Nothing is checked yet, here and below. */
function shown(argv: Argv): Argv {
  const words = (Array.isArray(argv) ? argv : [argv]).map(String);
  return [...words.slice(0, mostWords), ...(words.length > mostWords ? ["…"] : [])].map((word) => (word.length > longestWord ? `${word.slice(0, longestWord)}…` : word));
}


function surroundings({ cwd, env, stdin }: Readonly<Partial<Record<keyof ExecOptions, unknown>>>): Pick<EventBodies["command-begun"], "cwd" | "env" | "stdinBytes"> {
  return {
    cwd: typeof cwd === "string" ? cwd : undefined,
    env: typeof env === "object" && env !== null ? Object.keys(env) : undefined,
    stdinBytes: typeof stdin === "string" || stdin instanceof Uint8Array ? Buffer.byteLength(stdin) : 0,
  };
}
