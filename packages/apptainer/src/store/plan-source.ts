import { OptionsError, sh, type Cancellable, type Transport, type Word } from "@hpckit/core";
import { engineReference, type DockerImage, type LibraryImage, type OrasImage } from "../image/image-reference.js";
import type { ArchiveSource } from "../image/local-source.js";
import { definitionFiles } from "./definition-files.js";
import { digestedIdentity, knownIdentity, type DigestedSource, type IdentityOptions, type SourceIdentity } from "./identity.js";
import { isInsecure, type ImageStore } from "./image-store.js";
import { image, type Making } from "./make-script.js";
import { isIndex, readOciManifest, renderOciIndex } from "./oci-index.js";
import { libraryDigest, pinReference } from "./pin-reference.js";
import { credentialsFor, type RegistryCredentials } from "./registry/registry-credentials.js";
import { describeSource, pathOf, type StoredSource } from "./stored-source.js";

/** How an image comes from its source: what it is named after, and what makes it. */
export interface SourcePlan {
  /** As messages and records tell it. */
  readonly source: string;
  readonly identity: SourceIdentity;
  readonly making: Making;
  /** Whether it is digested again when the image was made: it can change while it is read. */
  readonly canChange: boolean;
  /** Whether its header must say what its name does, also if nothing was asked for: a file that is taken in may be for other nodes. */
  readonly isOfArchitecture: boolean;
  /** Text of a definition. */
  readonly stdin?: string | undefined;
  /** Credentials for the engine: it tells them to every registry that the source names. */
  readonly credentials?: RegistryCredentials | undefined;
}

export interface PlanSourceOptions extends Cancellable {
  readonly architecture: string | undefined;
  readonly signer: string | undefined;
}

/** @throws ImageError, OptionsError as {@link ensureImage}. */
export async function planSource(source: StoredSource, store: ImageStore, on: Transport, options: PlanSourceOptions): Promise<SourcePlan> {
  const { architecture, signer, signal } = options;
  const named = (...beside: readonly (string | undefined)[]): IdentityOptions => ({ architecture, beside: [signer, ...beside] });
  const described = describeSource(source);
  const folder = (path: string): SourcePlan => digested(described, "folder", build(path), { ...named(), paths: [path], isOfMachine: true });
  if ("folder" in source) return folder(source.folder);
  if ("definition" in source) return planDefinition(source.definition, described, { store, on }, options);
  switch (source.kind) {
    case "docker":
    case "oras": {
      const digest = await pinReference(source, store, on, { signal });
      return { ...pulled(described, knownIdentity(source.kind, digest, named()), pull({ ...source, digest }, store, architecture)), credentials: credentialsFor(store.credentials, source.registry) };
    }
    case "library":
      return pulled(described, knownIdentity("library", libraryDigest(source), named()), pull(source, store, architecture));
    case "web":
      throw new OptionsError("image store", [{ path: "source", message: `what stands at ${source.url} tomorrow is not known: download it, and take it in with sif(path)` }]);
    case "docker-archive":
    case "oci-archive":
      refuseTag(source);
      return digested(described, source.kind, build(engineReference(source)), { ...named(source.tag), paths: [source.path], isOfMachine: false });
    case "oci-folder": {
      const manifest = await readOciManifest(source, on, { signal });
      const isOfMachine = isIndex(manifest);
      const identity = knownIdentity("oci-folder", manifest.digest, { ...named(), architecture: isOfMachine ? architecture : "" });
      const making: Making = { kind: "oci-folder", path: source.path, index: renderOciIndex(manifest), architecture: isOfMachine ? architecture : undefined };
      return { ...pulled(described, identity, making), isOfArchitecture: isOfMachine };
    }
    case "sandbox":
      return folder(pathOf(source));
    case "sif":
      return digested(described, "sif", { kind: "copy", path: pathOf(source) }, { ...named(), paths: [pathOf(source)], isOfMachine: false });
  }
}

const pulled = (source: string, identity: SourceIdentity, making: Making): SourcePlan => ({ source, identity, making, canChange: false, isOfArchitecture: true });

const digested = (source: string, kind: string, making: Making, options: DigestedSource): SourcePlan => ({
  source,
  identity: digestedIdentity(kind, options),
  making,
  canChange: true,
  isOfArchitecture: false,
});

interface Place {
  readonly store: ImageStore;
  readonly on: Transport;
}

async function planDefinition(given: string | { readonly text: string }, source: string, { store, on }: Place, { architecture, signer, signal }: PlanSourceOptions): Promise<SourcePlan> {
  const text = typeof given === "string" ? new TextDecoder().decode(await on.readFile(given, { signal })) : given.text;
  const { bases, copied, registries } = definitionFiles(text);
  const [registry, ...others] = registries;
  const identity = { architecture, beside: [signer], paths: bases, followed: copied, text, isOfMachine: true };
  return { ...digested(source, "definition", { kind: "definition" }, identity), stdin: text, credentials: registries.length === 0 || others.length > 0 ? undefined : credentialsFor(store.credentials, registry) };
}

function refuseTag({ kind, tag }: ArchiveSource): void {
  if (kind === "docker-archive" || tag === undefined) return;
  throw new OptionsError("image store", [{ path: "source", message: "Apptainer 1.4.5 takes no tag with an OCI archive: unpack it, and give ociFolder(path, { tag })" }]);
}

const build = (spec: Word): Making => ({ kind: "engine", words: ["build", image, spec] });

function pull(reference: DockerImage | OrasImage | LibraryImage, store: ImageStore, architecture: string | undefined): Making {
  const insecure = reference.kind !== "library" && isInsecure(store, reference.registry);
  return { kind: "engine", words: ["pull", ...(architecture === undefined ? [] : ["--arch", architecture]), ...(insecure ? ["--no-https"] : []), sh`${image}`, engineReference(reference)] };
}
