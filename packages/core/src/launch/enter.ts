import type { Word } from "../shell/word.js";
import { carrierSteps } from "./carry-secrets.js";
import type { Launch, SetVariable } from "./launch.js";
import { renderScript, type RenderScriptOptions } from "./render-script.js";

/** A launch as one command, for a launcher that starts it. */
export interface EnteredLaunch {
  readonly argv: readonly Word[];
  /** What the launcher's side must export: the secrets, which never stand in arguments. */
  readonly carry: readonly SetVariable[];
}

/**
 * Makes one command of a launch. A shell is started only for what needs one: steps, a teardown, a folder, or a word that
 * must be expanded there.
 */
export function enter(launch: Launch, options: RenderScriptOptions = {}): EnteredLaunch {
  const literal = launch.argv.every((word) => typeof word === "string");
  if (literal && launch.setup.length === 0 && launch.teardown.length === 0 && launch.cwd === undefined) {
    return { argv: launch.argv, carry: [] };
  }
  const { dialect, text, secrets } = renderScript(launch, options);
  return { argv: [dialect === "bash" ? "/bin/bash" : "/bin/sh", "-c", text], carry: carrierSteps(secrets) };
}
