import { OptionsError, type Dialect, type Launch } from "@hpckit/core";

/**
 * Refuses steps that cannot run right of a container.
 * @throws OptionsError that says which step, and where its layer belongs.
 */
export function refuseUnlessInside({ setup, teardown }: Launch, dialects: readonly Dialect[]): void {
  for (const step of [...setup, ...teardown]) {
    if (step.kind !== "run") continue;
    const excerpt = JSON.stringify(step.shell.length > 80 ? `${step.shell.slice(0, 80)}…` : step.shell);
    const refuse = (message: string): never => {
      throw new OptionsError("container", [{ path: "layers", message: `${message}: ${excerpt}` }]);
    };
    if (step.scope !== "task") refuse(`a step that runs once per ${step.scope} cannot stand inside: put its layer left of the container`);
    if (!dialects.includes(step.dialect)) {
      refuse(`a step in ${step.dialect} cannot run in an image that is not said to have it: put its layer left of the container, or add dialects: ["sh", "${step.dialect}"]`);
    }
  }
}
