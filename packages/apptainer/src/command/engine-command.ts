import { OptionsError, type Word } from "@hpckit/core";
import { z } from "zod";
import { engineRules, engineShape, type EngineOptions } from "../engine/engine-options.js";
import type { EngineVersion } from "../engine/engine-version.js";
import { renderFlags, writeFlags, type WrittenFlag } from "../engine/flags/flag-rule.js";
import { isKnownFlag, requireFlags, takesOneText } from "../engine/flags/flag-support.js";
import type { Verb } from "../engine/flags/verb.js";

/** What every command of the engine takes. */
export interface CommandOptions extends EngineOptions {
  /** The engine that will run it, if it is known: an option that needs a flag which it does not have is refused. */
  readonly engine?: EngineVersion | undefined;
}

export const commandShape = {
  ...engineShape,
  engine: z.custom<EngineVersion>((value) => typeof value === "object" && value !== null && "flavour" in value, { error: "a version, as findEngine gives it" }).optional(),
};

/** The parts of a command behind its verb. */
interface CommandParts {
  readonly flags?: readonly WrittenFlag[];
  readonly arguments?: readonly Word[];
}

/**
 * One command line: global flags, verb, flags, arguments.
 * @throws EngineError `flag-unsupported` for a flag that a known engine does not have.
 */
export function engineCommand(verb: Exclude<Verb, "global">, options: CommandOptions, { flags = [], arguments: words = [] }: CommandParts): readonly Word[] {
  const { program = "apptainer", engine } = options;
  const globals = writeFlags(engineRules, options);
  refuseStrange(verb, flags);
  if (engine !== undefined) {
    requireFlags(engine, "global", globals);
    requireFlags(engine, verb, flags);
  }
  return [program, ...renderFlags(globals), ...verb.split(" "), ...renderFlags(flags, (flag) => engine !== undefined && takesOneText(engine, verb, flag)), ...words];
}

/** An option of the one verb may be none of another: an instance has always name spaces of its own, say. */
function refuseStrange(verb: Verb, flags: readonly WrittenFlag[]): void {
  const strange = flags.filter(({ flag }) => !isKnownFlag(verb, flag));
  if (strange.length > 0) throw new OptionsError(verb, strange.map(({ flag }) => ({ path: "", message: `no engine has --${flag} for this verb: leave the option out` })));
}
