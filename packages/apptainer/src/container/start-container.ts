import { enter, OptionsError, type EnteredLaunch, type HostPath, type Launch, type ScriptFragment, type SetupStep, type SetVariable, type Word } from "@hpckit/core";
import { engineRules } from "../engine/engine-options.js";
import { renderFlags, writeFlags, type WrittenFlag } from "../engine/flags/flag-rule.js";
import { requireFlags, takesOneText } from "../engine/flags/flag-support.js";
import type { EngineVersion } from "../engine/engine-version.js";
import { carried, divideSetup, enginePrefix } from "../variable/crossing.js";
import { passVariables, scrubVariables } from "../variable/host-variables.js";
import type { BorderSettings } from "./border-options.js";
import { refuseUnlessInside } from "./refuse-unless-inside.js";

/** What an image and an instance differ in. */
export interface Start {
  /** As the engine is told: a path, or `instance://name`. */
  readonly place: Word;
  readonly flags: readonly WrittenFlag[];
  /** Runs on the host first. */
  readonly setup: readonly ScriptFragment[];
  /** Set on the host for the engine itself. */
  readonly variables: readonly SetVariable[];
  /** Runs inside first. */
  readonly first: readonly SetupStep[];
  readonly needs: readonly HostPath[];
}

/**
 * Makes the launch that starts another one across the border.
 * @throws OptionsError for what cannot stand inside; EngineError for a flag that a known engine does not have.
 */
export function startAcross(start: Start, settings: BorderSettings, inner: Launch): Launch {
  refuseUnlessInside(inner, settings.dialects);
  const prefix = enginePrefix(settings.engine?.flavour);
  const { carried: variables, inside } = divideSetup(inner.setup, prefix);
  const launch = { ...inner, setup: [...start.first, ...inside] };
  const entered = settings.verb === "run" ? withoutShell(launch) : enter(launch);
  // Values and arguments arrive as they are, since Apptainer 1.1; without it they are shell text.
  const flags = [{ flag: "no-eval" }, ...start.flags];
  const globals = writeFlags(engineRules, settings);
  const { engine, verb } = settings;
  if (engine !== undefined) checkFlags(engine, verb, flags, globals);
  return {
    argv: [settings.program, ...renderFlags(globals), verb, ...renderFlags(flags, (flag) => engine !== undefined && takesOneText(engine, verb, flag)), start.place, ...entered.argv],
    setup: [
      scrubVariables(settings.keepEngineVariables),
      ...start.variables,
      ...passVariables(settings.pass, prefix),
      ...start.setup,
      ...variables,
      ...entered.carry.map((step) => carried(step, prefix)),
    ],
    teardown: [],
    needs: start.needs,
  };
}

export function checkFlags(engine: EngineVersion, verb: BorderSettings["verb"], flags: readonly WrittenFlag[], globals: readonly WrittenFlag[]): void {
  requireFlags(engine, "global", globals);
  requireFlags(engine, verb, flags);
}

/** The image's own program gets the words; there is no shell of ours inside that could do anything first. */
function withoutShell(launch: Launch): EnteredLaunch {
  const entered = enter(launch);
  if (entered.argv === launch.argv) return entered;
  throw new OptionsError("container", [
    { path: "verb", message: 'with "run" the image\'s own program is started, so nothing can be done inside before it: leave out inner layers that need a shell there (a path list, a script, a folder to start in), or name the program with verb: "exec"' },
  ]);
}
