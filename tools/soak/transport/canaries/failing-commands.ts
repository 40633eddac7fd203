import { setTimeout as delay } from "node:timers/promises";
import { addingLayer, compose, run, setVariable, type ExecOptions, type Transport } from "@hpckit/core";
import type { Canary } from "./canary.js";
import type { CanaryGround, LoginFault } from "./canary-ground.js";

/** One way in which a command that was handed a secret, as `CANARY`, fails. */
export interface FailingCommand {
  readonly name: string;
  readonly argv: (canary: Canary) => readonly string[];
  readonly options?: ((canary: Canary) => ExecOptions) | undefined;
  readonly fault?: ((random: () => number) => LoginFault) | undefined;
  /** What happens while it runs. */
  readonly meanwhile?: ((ground: CanaryGround) => Promise<void>) | undefined;
  /** The caller has put the value into the arguments of a process; that is seen, and not ours to hide. */
  readonly isInArguments?: boolean | undefined;
  /** Needs a server. */
  readonly isRemote?: boolean | undefined;
}

const script = (text: string) => (): readonly string[] => ["sh", "-c", text];
/** Into the script, or past its end: then the login waits for more, to the end of a short time. */
const someBytes = (random: () => number): number => 60 + Math.floor(random() * 1_500);
const soon = (): ExecOptions => ({ timeoutMs: 1_000 });

export const failingCommands: readonly FailingCommand[] = [
  { name: "a failure that repeats it", argv: script('echo "a $CANARY b" >&2; exit 3') },
  { name: "a failure that prints it", argv: script('echo "$CANARY"; exit 3') },
  { name: "a failure whose last words begin within it", argv: script(`printf '%s' "$CANARY" >&2; head -c 1990 /dev/zero | tr '\\0' x >&2; exit 3`) },
  { name: "a failure that traces it", argv: script('set -x; : "$CANARY"; exit 3') },
  { name: "a failure that encodes it", argv: script(`printf '%s' "alice:$CANARY" | base64 -w 0 >&2; exit 3`) },
  { name: "a failure that dumps it", argv: script(`printf '%s' "$CANARY" | od -An -v -tx1 | tr -d ' \\n' >&2; exit 3`) },
  { name: "a death by signal", argv: script('echo "$CANARY" >&2; kill -9 $$') },
  { name: "a time-out", argv: script('echo "$CANARY" >&2; exec sleep 60'), options: () => ({ timeoutMs: 150 }) },
  { name: "an abort whose reason holds it", argv: script('echo "$CANARY" >&2; exec sleep 60'), options: ({ value }) => ({ signal: AbortSignal.abort(new Error(value)) }) },
  { name: "too much output", argv: script('while echo "$CANARY" >&2; do :; done'), options: () => ({ maxOutputBytes: 5_000 }) },
  { name: "a folder that is not there", argv: script("exit 3"), options: ({ value }) => ({ cwd: `/nowhere/${value.trim().replaceAll("\n", "")}` }) },
  { name: "a program that is not there", argv: () => ["/nowhere/program"] },
  { name: "a program of its name", argv: ({ value }) => [`/nowhere/${value}`], isInArguments: true },
  { name: "a word of its value", argv: ({ value }) => ["sh", "-c", 'echo "$1" >&2; exit 3', "sh", value], isInArguments: true },
  { name: "a NUL in it", argv: script("exit 3"), options: ({ value, secret }) => ({ env: { CANARY: secret, OTHER: `${value}\0` } }) },
  { name: "a variable of its name", argv: script("exit 3"), options: ({ secret }) => ({ env: { CANARY: secret, "not a name": secret } }) },
  { name: "a cut connection", argv: script('echo "$CANARY" >&2; exec sleep 60'), meanwhile: cutSoon, isRemote: true },
  { name: "a login that repeats all it reads", argv: script("exit 3"), options: soon, fault: (random) => `echo ${someBytes(random)}`, isRemote: true },
  { name: "a login that complains of all it reads", argv: script("exit 3"), options: soon, fault: (random) => `echo-errors ${someBytes(random)}`, isRemote: true },
  { name: "no room for its input", argv: script("exit 3"), options: ({ value }) => ({ stdin: value }), fault: () => "no-temporary-files", isRemote: true },
];

async function cutSoon({ base }: CanaryGround): Promise<void> {
  await delay(150);
  base.wire.cut();
}

/** The ways to run a command with a secret; each rejects if the command fails. */
export const callsWithSecret = {
  exec: (on: Transport, argv: readonly string[], options: ExecOptions) => on.exec(argv, options),
  async stream(on: Transport, argv: readonly string[], options: ExecOptions) {
    for await (const text of on.stream(argv, options)) if (text === "") break;
  },
  batch: (on: Transport, argv: readonly string[], { stdin, ...options }: ExecOptions) => on.batch([["true"], argv, ...(stdin === undefined ? [] : [["false"]])], options),
  launch: async (on: Transport, argv: readonly string[], { env = {}, ...options }: ExecOptions) =>
    run(compose(argv, [addingLayer("canary", { setup: Object.entries(env).map(([name, value]) => setVariable(name, value)) })]), on, options),
} as const;
export type CallWithSecret = keyof typeof callsWithSecret;
