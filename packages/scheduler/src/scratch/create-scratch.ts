import { randomBytes } from "node:crypto";
import { cancellableShape, filePolicySchema, OutputUnreadableError, parseOptions, sh, TransportError, type FilePolicy, type Transport } from "@hpckit/core";
import { z } from "zod";
import { renderMarker } from "./marker.js";
import { checkName, checkRoot, markerName, refused, type Scratch } from "./scratch.js";

export interface CreateScratchOptions {
  /** An existing folder that every node sees, e.g. `/scratch/alice`. Symbolic links in it are resolved, once, now. */
  readonly root: string;
  /** One component, not there yet. A job of its own, or an array task of its own, needs a name of its own. */
  readonly name: string;
  readonly policy?: FilePolicy | undefined;
  readonly signal?: AbortSignal | undefined;
}

const createOptions: z.ZodType<CreateScratchOptions> = z.strictObject({
  root: z.string(),
  name: z.string(),
  policy: filePolicySchema.optional(),
  ...cancellableShape,
});

/**
 * Makes a folder for a job, with a marker that binds it to the result.
 *
 * Guarantees: the folder is new and empty but for the marker; when the call fails, none is left that it made.
 * @throws PathRefusedError if the root or the name cannot be used, or the folder is there already.
 */
export async function createScratch(on: Transport, input: CreateScratchOptions): Promise<Scratch> {
  const { root: given, name, policy, signal } = parseOptions(createOptions, input, "createScratch");
  checkRoot(given);
  checkName(name);
  const root = await resolveRoot(on, given, signal);
  checkRoot(root);
  const path = `${root}/${name}`;
  await on.mkdir(path, { policy, signal }).catch((error: unknown) => {
    if (!(error instanceof TransportError) || error.code !== "file-exists") throw error;
    throw refused(path, "it is there already; choose another name, or sweep the scratch that it is");
  });
  try {
    const bound = { id: randomBytes(10).toString("hex"), inode: await inodeOf(on, path, signal) };
    await on.writeFile(`${path}/${markerName}`, renderMarker(bound), { policy, signal });
    return { root, path, ...bound };
  } catch (error) {
    // Nobody knows of the folder yet, so it is empty, or holds the marker alone.
    await on.exec(["/bin/sh", "-c", sh`rm -f -- ${`${path}/${markerName}`}; rmdir -- ${path}`.shell]).catch(() => undefined);
    throw error;
  }
}

/** The end of the line is part of the frame, not of the path: a path may end in a line break itself. */
async function resolveRoot(on: Transport, root: string, signal: AbortSignal | undefined): Promise<string> {
  const { ok, stdout, stderr } = await on.exec(["/bin/sh", "-c", sh`cd -P -- ${root} && printf '%s/' "$PWD"`.shell], { signal });
  if (!ok) throw refused(root, `it cannot be entered on ${on.target.host}: ${stderr.trim()}`);
  if (!/^\/.*\/$/s.test(stdout)) throw new OutputUnreadableError("pwd", "no absolute path", stdout);
  return stdout.slice(0, -1);
}

async function inodeOf(on: Transport, path: string, signal: AbortSignal | undefined): Promise<string> {
  const { stdout } = await on.exec(["stat", "-c", "%i", "--", path], { signal, check: true });
  const inode = stdout.trim();
  if (!/^\d+$/.test(inode)) throw new OutputUnreadableError("stat", "no inode number", stdout);
  return inode;
}
