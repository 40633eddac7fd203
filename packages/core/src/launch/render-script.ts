import type { Secret } from "../secret/secret.js";
import { lines, sh } from "../shell/sh.js";
import { variableName } from "../shell/variable-name.js";
import { raw, type ShellExpression, type Word } from "../shell/word.js";
import { withoutSecrets, type CarriedSecret } from "./carry-secrets.js";
import { renderSupervised } from "./supervise.js";
import type { Dialect, Launch, ScriptFragment, SetupStep } from "./launch.js";

export interface RenderedScript {
  /** The shell that must run it. */
  readonly dialect: Dialect;
  /** Holds no secret. Ends with the command's own exit status. */
  readonly text: string;
  /** What must be in the script's environment, or be set by its first lines. */
  readonly secrets: readonly CarriedSecret[];
}

export interface RenderScriptOptions {
  /** How a fragment of scope `node` runs on every node; by default only on this one. */
  readonly onEveryNode?: ((fragment: ScriptFragment) => ShellExpression) | undefined;
}

/**
 * Renders a launch as the body of a shell script.
 *
 * Guarantees: the steps run in order, and one that fails ends the script with its status and the command is not started;
 * then the command runs, signals reach it, the teardown runs after it, and the script ends with the command's status.
 */
export function renderScript(launch: Launch, options: RenderScriptOptions = {}): RenderedScript {
  const { setup, carried } = withoutSecrets(launch.setup);
  const start = lines(
    ...setup.map((step) => renderStep(step, options)),
    carried.length === 0 ? undefined : sh`unset ${carried.map(({ name }) => name)}`,
    launch.cwd === undefined ? undefined : sh`cd -- ${launch.cwd}`,
  );
  const script = lines(
    sh`set -e`,
    launch.teardown.length === 0 ? lines(start, sh`exec ${launch.argv}`) : renderSupervised(start, launch.argv, launch.teardown),
  );
  return { dialect: dialectOf(launch), text: `${script.shell}\n`, secrets: carried };
}

const dialectOf = (launch: Launch): Dialect =>
  [...launch.setup, ...launch.teardown].some((step) => step.kind === "run" && step.dialect === "bash") ? "bash" : "sh";

function renderStep(step: SetupStep, options: RenderScriptOptions): ShellExpression {
  switch (step.kind) {
    case "set":
      return renderSet(step.name, step.value);
    case "prepend":
      return renderPrepend(raw(variableName(step.name)), step.folder);
    case "append":
      return renderAppend(raw(variableName(step.name)), step.folder);
    case "run":
      return step.scope === "node" && options.onEveryNode !== undefined ? options.onEveryNode(step) : raw(step.shell);
  }
}

/** The assignment stands alone, because `export NAME=$(false)` would hide the failure. */
function renderSet(name: string, value: Word | Secret): ShellExpression {
  if (typeof value !== "string" && !("shell" in value)) throw new TypeError(`the secret ${name} was not taken out`);
  const variable = raw(variableName(name));
  return lines(sh`${variable}=${value}`, sh`export ${variable}`);
}

/** An empty entry would mean the current folder, so the separator is written only before something. */
const renderPrepend = (variable: ShellExpression, folder: Word): ShellExpression =>
  lines(raw(`${variable.shell}=${sh`${folder}`.shell}"\${${variable.shell}:+:$${variable.shell}}"`), sh`export ${variable}`);

const renderAppend = (variable: ShellExpression, folder: Word): ShellExpression =>
  lines(raw(`${variable.shell}="\${${variable.shell}:+$${variable.shell}:}"${sh`${folder}`.shell}`), sh`export ${variable}`);
