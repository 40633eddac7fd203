import type { Transport } from "@hpckit/core";
import { ImageError, type ImageFault } from "../error/apptainer-errors.js";
import { reasonOf } from "../image/engine-run.js";
import type { ImageStore } from "./image-store.js";
import { makeExit } from "./make-script.js";
import type { SourcePlan } from "./plan-source.js";

export interface FailedMaking {
  readonly store: ImageStore;
  readonly on: Transport;
  readonly exitCode: number | undefined;
  readonly endedBy: string | undefined;
  /** What came from there, secrets hidden. */
  readonly said: readonly string[];
}

/** Says why an image was not made, and the next step. */
export function explainFailure({ source }: Pick<SourcePlan, "source">, { store, on, exitCode, endedBy, said }: FailedMaking): ImageError {
  if (exitCode === makeExit.rootNotWritable) return closedStore(store, on, said.join("; "));
  const [code, reason, retryable] = causeOf(exitCode, endedBy, said);
  return new ImageError(code, `${source} was not brought into ${store.root} on ${on.target.host}: ${reason}`, { retryable, detail: { source, exitCode, signal: endedBy, output: said.filter((line) => line !== "").slice(-50) } });
}

type Cause = readonly [code: ImageFault, reason: string, retryable: boolean];

function causeOf(exitCode: number | undefined, endedBy: string | undefined, said: readonly string[]): Cause {
  if (endedBy !== undefined) return ["image-build-failed", `${endedBy} ended it over there, as limits of login nodes do: try again, or make it in a job or on a transfer node`, true];
  switch (exitCode) {
    case makeExit.noSpace:
      return ["no-space", `${reasonOf(said)}: remove images that are not used (planPrune), or say with \`free\` that it needs less`, false];
    case makeExit.signatureRefused:
      return ["signature-refused", `its signature was not accepted: ${reasonOf(said)}`, false];
    case makeExit.noImage:
      return ["image-build-failed", "what came is no SIF", false];
    case makeExit.otherArchitecture:
      return ["image-build-failed", "it is for other processors than asked for, and its source has it for no others", false];
    case makeExit.sourceChanged:
      return ["image-build-failed", said.length === 1 ? said.join("") : "it changed while it was read: try again", true];
    default:
      return ["image-build-failed", reasonOf(said), said.some((line) => line.startsWith("ERROR: signal "))];
  }
}

export const closedStore = ({ root }: ImageStore, on: Transport, said: string): ImageError =>
  new ImageError("store-not-writable", `${on.target.user} can make nothing in ${root} on ${on.target.host}${said.trim() === "" ? "" : `: ${said.trim()}`}; ask for write access, or choose another root`, { detail: { root } });

export const sourceMissing = (path: string, on: Transport): ImageError =>
  new ImageError("source-missing", `${path} is not on ${on.target.host}, or ${on.target.user} may not read it: correct the path, or bring it there`, { detail: { path } });

export const sourceUnreadable = (path: string, on: Transport): ImageError =>
  new ImageError("source-missing", `${path} on ${on.target.host} could not be read as a whole: ${on.target.user} may not read all that is in it, a link in it leads nowhere, it changed meanwhile, or there is no GNU tar of 1.28 or newer`, { detail: { path } });
