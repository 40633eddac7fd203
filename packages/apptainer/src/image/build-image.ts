import { callbackSchema, cancellableShape, filePolicySchema, linesOf, parseOptions, quietCallback, requireTransport, type Cancellable, type FilePolicy, type Transport } from "@hpckit/core";
import { z } from "zod";
import { programSchema } from "../engine/program.js";
import { ImageError } from "../error/apptainer-errors.js";
import { buildExit, renderBuild } from "./build-script.js";
import { reasonOf } from "./engine-run.js";
import { sif, type Image, type SifImage } from "./image.js";

/** What an image is made of, on the machine that builds it. */
export type BuildSource =
  /** A root file system, e.g. of debootstrap. */
  | { readonly folder: string }
  /** Absolute path of a definition file, or its text. */
  | { readonly definition: string | { readonly text: string } }
  /** A root file system or an image that is there, by a path that is known here. */
  | Image;

export interface BuildImageOptions extends Cancellable {
  readonly from: BuildSource;
  /** Absolute path of the image. An image of that name is not built again: give a new content a new name. */
  readonly to: string;
  /** By default the engine's: everyone may read it as far as the umask allows. */
  readonly policy?: FilePolicy | undefined;
  /** The engine: a name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
  /** Receives what the engine says, line by line. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

export interface BuildImageResult {
  readonly kind: "built" | "already-there";
  readonly image: SifImage;
}

const absolute = z.string().regex(/^\/[^\0]*[^\0/]$/, { error: "not an absolute path" });

/** What was said, after it was checked: a path is a text. */
interface BuildImageSettings extends BuildImageOptions {
  readonly from: Exclude<BuildSource, Image> | { readonly kind: Image["kind"]; readonly path: string };
}

const optionsSchema: z.ZodType<BuildImageSettings> = z.strictObject({
  from: z.union(
    [
      z.strictObject({ folder: absolute }),
      z.strictObject({ definition: z.union([absolute, z.strictObject({ text: z.string() })]) }),
      z.strictObject({ kind: z.enum(["sif", "sandbox"]), path: absolute }),
    ],
    { error: "{ folder } or { definition }, sandbox(path) or sif(path), with an absolute path over there that is known here, or { definition: { text } }" },
  ),
  to: absolute,
  policy: filePolicySchema.optional(),
  program: programSchema,
  ...cancellableShape,
  onProgress: callbackSchema<(message: string) => void>().optional(),
});

/**
 * Builds an image as the account of the transport. An image that is there is left as it is.
 *
 * Guarantees: under its name an image is whole; a build that fails, is aborted or is killed leaves nothing there, and
 * what it used is removed (after a kill −9, by the next build on that machine).
 * @throws {@link ImageError} `image-build-failed` with the engine's own reason, also where the engine only warns that it
 * left something out.
 */
export async function buildImage(on: Transport, options: BuildImageOptions): Promise<BuildImageResult> {
  requireTransport(on, "buildImage");
  const { from, to, policy, program = "apptainer", signal, onProgress } = parseOptions(optionsSchema, options, "buildImage");
  const text = "definition" in from && typeof from.definition === "object" ? from.definition.text : undefined;
  const script = renderBuild({ program, source: placeOf(from), to, policy });
  const building = on.stream(["sh", "-c", script.shell], { signal, stdin: text });
  const tell = onProgress && quietCallback("onProgress", onProgress);
  const said: string[] = [];
  for await (const line of linesOf(building)) {
    said.push(line);
    tell?.(line);
  }
  const { exitCode, signal: endedBy, stderr } = await building.result;
  const image = sif(to);
  if (exitCode === buildExit.built) return { kind: "built", image };
  if (exitCode === buildExit.alreadyThere) return { kind: "already-there", image };
  const told = [...said, ...stderr.split("\n")].filter((line) => line.trim() !== "");
  throw new ImageError("image-build-failed", `${to} on ${on.target.host} was not built: ${endedBy === undefined ? reasonOf(told) : `${endedBy} ended it over there, as limits of login nodes do`}`, { detail: { to, exitCode, signal: endedBy, output: told.slice(-50) } });
}

/** Where the engine finds it; nowhere, if it comes as text. */
function placeOf(from: BuildImageSettings["from"]): string | undefined {
  if ("folder" in from) return from.folder;
  if ("path" in from) return from.path;
  return typeof from.definition === "string" ? from.definition : undefined;
}
