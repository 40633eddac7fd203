import { TransportError } from "@hpckit/core";
import { shownPath } from "../file/path.js";
import type { Judgement } from "./judge-steps.js";

/**
 * What was to travel and has not arrived as it was sent stops a sync before anything is done.
 * @param fault - why it could not be read, if that is known.
 */
export function refuseBroken({ broken }: Pick<Judgement, "broken">, fault: TransportError | undefined): void {
  const [first] = broken;
  if (first === undefined) return;
  throw fault ?? new TransportError("digest-mismatch", `sync: ${shownPath(first.path)} did not arrive as it was sent; nothing was changed`, { detail: { count: broken.length } });
}
