import { refusedVariable } from "../shell/variable-name.js";
import type { Secret } from "../secret/secret.js";
import { quote, type ShellExpression, type Word } from "../shell/word.js";
import type { Dialect, FragmentScope, HostPath, Launch, LaunchLayer, ScriptFragment, SetVariable } from "./launch.js";

export interface FragmentOptions {
  readonly dialect?: Dialect;
  readonly scope?: FragmentScope;
}

/** A piece of script; by default POSIX sh, in every task. */
export const fragment = (script: ShellExpression, options: FragmentOptions = {}): ScriptFragment => ({
  kind: "run",
  shell: script.shell,
  dialect: options.dialect ?? "sh",
  scope: options.scope ?? "task",
});

/**
 * A step that sets a variable.
 * @throws RangeError for a name whose value would not arrive: see {@link refusedVariable}.
 */
export function setVariable(name: string, value: Word | Secret): SetVariable {
  const reason = refusedVariable(name);
  if (reason !== undefined) throw new RangeError(`${JSON.stringify(name)} ${reason}`);
  return { kind: "set", name, value };
}

/** A layer that adds to a launch and leaves its command as it is. What it adds stands before what inner layers added. */
export function addingLayer(name: string, added: Partial<Pick<Launch, "setup" | "teardown" | "needs">>): LaunchLayer {
  return {
    name,
    apply: (launch) => ({
      ...launch,
      setup: [...(added.setup ?? []), ...launch.setup],
      teardown: [...launch.teardown, ...(added.teardown ?? [])],
      needs: [...(added.needs ?? []).filter((need) => !launch.needs.some((known) => isSameNeed(need, known))), ...launch.needs],
    }),
  };
}

const isSameNeed = (one: HostPath, other: HostPath): boolean => one.access === other.access && one.imageAt === other.imageAt && quote(one.path) === quote(other.path);

/** Paths that the command must see although no other layer knows of them. */
export const needing = (...needs: readonly HostPath[]): LaunchLayer => addingLayer("needing", { needs });
