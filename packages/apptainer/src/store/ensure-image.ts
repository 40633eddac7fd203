import { AbortedError, callbackSchema, cancellableShape, CommandFailedError, linesOf, newMakerId, parseOptions, quietCallback, redact, renderDiscard, requireTransport, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { architectureSchema, parseSifHeader, type Architecture } from "../image/sif-header.js";
import { explainFailure, closedStore, sourceMissing, sourceUnreadable } from "./explain-failure.js";
import { parseFind, renderFind, type Finding } from "./find-script.js";
import { storedSif, type StoredSif } from "./image-record.js";
import { requireStore, type ImageStore } from "./image-store.js";
import { makeExit, renderMakeImage } from "./make-script.js";
import { planSource, type SourcePlan } from "./plan-source.js";
import { engineCredentials } from "./registry/registry-credentials.js";
import { signedBySchema, signerName, type SignedBy } from "./signature.js";
import { requireSource, type StoredSource } from "./stored-source.js";

export interface EnsureImageOptions extends Cancellable {
  /** For which processors, as Go calls them; another image is refused. By default those of the machine, where a source has several. */
  readonly architecture?: Architecture | undefined;
  /** Whose signature it must bear. An image of layers has none: that is for SIFs. */
  readonly signedBy?: SignedBy | undefined;
  /** Receives what the engine says, line by line. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** An image that is whole, and never changes. */
export interface EnsuredImage {
  readonly image: StoredSif;
  /** Of what it was made of, e.g. a manifest's: `sha256:…`. */
  readonly digest: string;
  /** Of the file itself, in hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly architecture: Architecture;
  /** `found`: it was there, or another maker of it was waited for. */
  readonly outcome: "found" | "made";
}

const optionsSchema: z.ZodType<EnsureImageOptions> = z.strictObject({
  architecture: architectureSchema.optional(),
  signedBy: signedBySchema.optional(),
  onProgress: callbackSchema<(message: string) => void>().optional(),
  ...cancellableShape,
});

/**
 * Finds an image in a store, or brings it there: pulled, built, or copied. One round trip where it is there; of a tag that is neither
 * pinned nor locked, the registry is asked first.
 *
 * Guarantees: however many ask at once, on however many nodes, it is made once, and all get the same. What is returned is whole: its
 * header was read, its digest taken, its signature verified if one was asked for. A maker that fails, is aborted or is killed leaves
 * nothing under its name.
 * @param on - who makes it where it is missing: a login node, a transfer node, or a job. The store's root must be the same file system.
 * @throws {@link ImageError} with the engine's own reason; OptionsError for a source that cannot be named.
 */
export async function ensureImage(store: ImageStore, source: StoredSource, on: Transport, options: EnsureImageOptions = {}): Promise<EnsuredImage> {
  requireStore(store, "ensureImage");
  requireSource(source, "ensureImage");
  requireTransport(on, "ensureImage");
  const { architecture, signedBy, signal, onProgress } = parseOptions(optionsSchema, options, "ensureImage");
  const plan = await planSource(source, store, on, { architecture, signer: signerName(signedBy), signal });
  const give = (finding: CompleteFinding, outcome: EnsuredImage["outcome"]): EnsuredImage => {
    const image = ensured(finding, outcome);
    if (architecture === undefined || image.architecture === architecture) return image;
    throw explainFailure(plan, { store, on, exitCode: makeExit.otherArchitecture, endedBy: undefined, said: [] });
  };
  const finding = await look(plan, store, on, { signal });
  if (finding.kind === "complete") return give(finding, "found");
  const outcome = await make(plan, finding, { store, on, architecture, signedBy, signal, onProgress: onProgress && quietCallback("onProgress", onProgress) });
  const made = await look(plan, store, on, { signal });
  if (made.kind === "complete") return give(made, outcome);
  throw explainFailure(plan, { store, on, exitCode: makeExit.sourceChanged, endedBy: undefined, said: [`it was made, and ${made.name === finding.name ? `is ${made.kind} now: look for what removes files there` : "its source is another now"}`] });
}

type NamedFinding = Exclude<Finding, { path: string }>;
type CompleteFinding = Extract<Finding, { kind: "complete" }>;

async function look(plan: SourcePlan, store: ImageStore, on: Transport, { signal }: Cancellable): Promise<NamedFinding> {
  const result = await on.exec(["sh", "-c", renderFind(store, plan.identity).shell], { signal });
  if (result.exitCode === makeExit.rootNotWritable) throw closedStore(store, on, result.stderr);
  if (!result.ok) throw new CommandFailedError(result);
  const finding = parseFind(result.stdout, store.root);
  if ("path" in finding) throw finding.kind === "source-missing" ? sourceMissing(finding.path, on) : sourceUnreadable(finding.path, on);
  return finding;
}

interface Make extends Pick<EnsureImageOptions, "architecture" | "signedBy" | "signal" | "onProgress"> {
  readonly store: ImageStore;
  readonly on: Transport;
}

async function make(plan: SourcePlan, { name, digest }: NamedFinding, { store, on, architecture, signedBy, signal, onProgress }: Make): Promise<EnsuredImage["outcome"]> {
  const id = newMakerId();
  const script = renderMakeImage({ store, name, id, digest, source: plan.source, making: plan.making, identity: plan.canChange ? plan.identity : undefined, architecture, isOfArchitecture: plan.isOfArchitecture, signedBy });
  const hide = (line: string): string => redact(line, store.credentials === undefined ? [] : [store.credentials.password]);
  const said: string[] = [];
  try {
    const making = on.stream(["sh", "-c", script.shell], { signal, stdin: plan.stdin, env: engineCredentials(plan.credentials) });
    for await (const line of linesOf(making)) {
      said.push(hide(line));
      onProgress?.(hide(line));
    }
    const { exitCode, signal: endedBy, stderr } = await making.result;
    if (exitCode === makeExit.made) return "made";
    if (exitCode === makeExit.alreadyThere) return "found";
    throw explainFailure(plan, { store, on, exitCode, endedBy, said: [...said, ...stderr.split("\n").map(hide)] });
  } catch (error) {
    await on.exec(["sh", "-c", renderDiscard(`${store.root}/${name}-${id}`).shell]).catch(() => undefined);
    // A transport knows only its shell.
    throw error instanceof AbortedError ? new AbortedError(`making an image of ${plan.source} in ${store.root} was aborted`, { cause: error.cause }) : error;
  }
}

const ensured = ({ folder, digest, record }: CompleteFinding, outcome: EnsuredImage["outcome"]): EnsuredImage => ({
  image: storedSif(folder),
  digest,
  sha256: record.sha256,
  sizeBytes: record.sizeBytes,
  architecture: parseSifHeader(record.header) ?? "unknown",
  outcome,
});
