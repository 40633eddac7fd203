import { parseArgs, type ParseArgsConfig } from "node:util";
// From the source: tools run before the packages are built.
import { closeMatch } from "../../../packages/core/src/option/close-match.js";

/** Arguments that the usage text explains; tell it when one is wrong. */
export class UsageError extends Error {}

/** Node's parseArgs, which for a mistyped option names the one that was meant. @throws UsageError */
export function readArguments<const Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const [, unknown] = /^Unknown option '--?([^']+)'/.exec(cause.message) ?? [];
    const meant = unknown === undefined ? undefined : closeMatch(unknown, Object.keys(config.options ?? {}));
    throw new UsageError(meant === undefined ? cause.message : `unknown option --${unknown ?? ""}: did you mean --${meant}?`, { cause });
  }
}
