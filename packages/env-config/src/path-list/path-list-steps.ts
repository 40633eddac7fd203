import { setVariable, type SetupStep } from "@hpckit/core";
import type { PathList } from "./path-list.js";

/** What sets a list where the command runs. One that adds to what the variable holds there is added folder by folder. */
export function pathListSteps(name: string, { inherits, before, after }: PathList): readonly SetupStep[] {
  if (!inherits) return [setVariable(name, before.join(":"))];
  return [
    ...before.toReversed().map((folder): SetupStep => ({ kind: "prepend", name, folder })),
    ...after.map((folder): SetupStep => ({ kind: "append", name, folder })),
  ];
}
