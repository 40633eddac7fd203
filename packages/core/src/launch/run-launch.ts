import { Secret } from "../secret/secret.js";
import type { ExecOptions, ExecResult, ExecStream, StreamOptions, Transport } from "../transport/transport.js";
import { prepare } from "./compose.js";
import { enter } from "./enter.js";
import type { Launch, Recipe } from "./launch.js";

/** A launch as arguments and environment: secrets stand in the environment alone. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, Secret>>;
}

/** Renders a launch for whoever starts processes. */
export function toCommand(launch: Launch): Command {
  const entered = enter({ ...launch });
  const env: Record<string, Secret> = {};
  for (const { name, value } of entered.carry) if (value instanceof Secret) env[name] = value;
  // `enter` leaves words that must be expanded inside its script, so what is left here is literal.
  return { argv: entered.argv.map((word) => (typeof word === "string" ? word : word.shell)), env };
}

/** Runs a recipe now, over there, and waits for it. */
export async function run(recipe: Recipe, on: Transport, options: ExecOptions = {}): Promise<ExecResult> {
  const { argv, env } = toCommand(await prepare(recipe, on, { signal: options.signal }));
  return on.exec(argv, { ...options, env: { ...options.env, ...env } });
}

/** Runs a prepared launch now, over there, and gives its stdout as it comes. */
export function stream(launch: Launch, on: Transport, options: StreamOptions = {}): ExecStream {
  const { argv, env } = toCommand(launch);
  return on.stream(argv, { ...options, env: { ...options.env, ...env } });
}
