import { addingLayer, OptionsError, refusedVariable, setVariable, type LaunchLayer, type OptionsIssue } from "@hpckit/core";
import { isPathList } from "../path-list/path-list.js";
import { pathListSteps } from "../path-list/path-list-steps.js";
import { entriesOf, textOf, type Variables } from "./variable-text.js";

/**
 * Sets variables for everything to its right.
 *
 * Guarantees: each value arrives byte for byte, or the call is refused; a secret stays one, and never stands in a script
 * or in arguments. What is `undefined` is left unset.
 * @param variables - a loaded configuration, or a record.
 * @throws OptionsError that lists every name and value that no process can receive: an object, a list, `null`, a
 * NUL character, a name that shells keep for themselves.
 */
export function variables(variables: Variables): LaunchLayer {
  const issues: OptionsIssue[] = [];
  const setup = entriesOf(variables, "variables").flatMap(([name, value]) => {
    const text = textOf(name, isPathList(value) ? [...value.before, ...value.after].join(":") : value);
    const refused = refusedVariable(name) ?? (text.kind === "refused" ? text.reason : undefined);
    if (refused !== undefined) issues.push({ path: name, message: refused });
    if (refused !== undefined || text.kind === "refused") return [];
    return isPathList(value) ? pathListSteps(name, value) : [setVariable(name, text.value)];
  });
  if (issues.length > 0) throw new OptionsError("variables", issues);
  return addingLayer("variables", { setup });
}
