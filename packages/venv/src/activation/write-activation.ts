import { cancellableShape, filePolicySchema, parseOptions, requireTransport, TransportError, type Cancellable, type FilePolicy, type Transport, type WriteFileOptions } from "@hpckit/core";
import { z } from "zod";
import type { Activation } from "./activation.js";
import { renderActivation, shellSchema, type ActivationShell } from "./render-activation.js";

export interface WriteActivationOptions extends Cancellable {
  /** The file over there, e.g. `/home/caqrn/.caqrn_env`. Its folder is there. */
  readonly to: string;
  /** Who sources it (default: `sh`, for bash and zsh too). */
  readonly shell?: ActivationShell | undefined;
  /** Who may read it; by default as the file that is there, or as the account's umask says. */
  readonly policy?: FilePolicy | undefined;
}

const optionsSchema: z.ZodType<WriteActivationOptions, WriteActivationOptions> = z.strictObject({
  to: z.string().startsWith("/", { error: "not an absolute path" }),
  shell: shellSchema.optional(),
  policy: filePolicySchema.optional(),
  ...cancellableShape,
});

/**
 * Writes the script that people source at login, as a whole and only where it differs from what is there. See {@link renderActivation}.
 * @throws TransportError `file-not-found` if there is no folder for it (none is made, since who may read it is not known here), `permission-denied`.
 */
export async function writeActivation(active: Activation, on: Transport, options: WriteActivationOptions): Promise<"written" | "unchanged"> {
  requireTransport(on, "writeActivation");
  const { to, shell = "sh", policy, signal } = parseOptions(optionsSchema, options, "writeActivation");
  const text = renderActivation(active, { shell });
  if ((await contentOf(to, on, signal)) === text) return "unchanged";
  await write(to, text, on, { policy, signal });
  return "written";
}

async function contentOf(path: string, on: Transport, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await on.readFile(path, { signal }));
  } catch (error) {
    if (error instanceof TransportError && error.code === "file-not-found") return undefined;
    throw error;
  }
}

/** A transport tells of the file that it writes aside, which nobody has heard of. */
async function write(to: string, text: string, on: Transport, options: WriteFileOptions): Promise<void> {
  try {
    await on.writeFile(to, text, options);
  } catch (cause) {
    if (!(cause instanceof TransportError) || cause.code !== "file-not-found") throw cause;
    const folder = to.slice(0, to.lastIndexOf("/")) || "/";
    throw new TransportError("file-not-found", `${to} on ${on.target.host} was not written: there is no folder ${folder}; make it (on.mkdir), or correct the path`, { cause });
  }
}
