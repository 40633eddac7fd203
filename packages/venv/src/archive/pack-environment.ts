import { contentFolderExit, parseOptions, requireTransport, sh, type ShellExpression, type Transport } from "@hpckit/core";
import { ensureContent, ensureContentSchema, type EnsureContentOptions } from "../content/ensure-content.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { digestOfText } from "../inputs/digest.js";
import { builtEnvSchema } from "../layer/built-env-schema.js";
import type { BuiltPythonEnv } from "../layer/virtualenv-layer.js";

/** An environment as one file. It works at the folder where it was built, and nowhere else: its programs name that. */
export interface PackedPythonEnv extends BuiltPythonEnv {
  /** Absolute path of the file system image (squashfs). */
  readonly file: string;
}

export interface EnsuredPackedEnv extends PackedPythonEnv {
  readonly outcome: "found" | "made";
}

/** How the script ends where there is no mksquashfs. */
const mksquashfsMissing = 88;

/**
 * Makes one file of an environment, where inodes are a quota or many small files are slow: `ROOT/packed/NAME-ID/environment.squashfs`.
 * {@link packedVirtualenv} uses it; the folder itself may go then, e.g. with the next prune.
 *
 * Guarantees: what stands under its name is whole, however many pack at once and whatever is killed; the same environment gives the same bytes.
 * @throws {@link PythonEnvError} `pack-failed`, with the reason and the next step.
 */
export async function packEnvironment(built: BuiltPythonEnv, on: Transport, options: EnsureContentOptions = {}): Promise<EnsuredPackedEnv> {
  const { folder, pythonVersion, basePrefix } = parseOptions(builtEnvSchema, built, "packEnvironment");
  requireTransport(on, "packEnvironment");
  const checked = parseOptions(ensureContentSchema, options, "packEnvironment");
  const root = `${folder.slice(0, folder.lastIndexOf("/"))}/packed`;
  const name = digestOfText(`squashfs\0${folder}`).slice(0, 16);
  const explain = (exitCode: number | undefined, said: readonly string[]): PythonEnvError => failed(folder, on, exitCode, said);
  const packed = await ensureContent({ root, name, policy: undefined, make: pack(folder), explain }, on, checked);
  return { folder, pythonVersion, basePrefix, file: `${packed.folder}/environment.squashfs`, outcome: packed.outcome };
}

/** Times of files stay, because Python compares them with its compiled files. @see mksquashfs(1), -mkfs-time */
const pack = (folder: string): ShellExpression => sh`
  command -v mksquashfs >/dev/null 2>&1 || exit ${mksquashfsMissing}
  if [ ! -r ${`${folder}/pyvenv.cfg`} ]; then echo 'there is no environment in it'; exit 1; fi
  if [ -e ${`${folder}/.hpckit`} ]; then hpckit_made=yes; else hpckit_made=; fi
  touch -c -- ${`${folder}/.hpckit/used`} 2>/dev/null || : # a prune sees that it is used
  hpckit_refuse_damaged() {
    hpckit_listed=$(cat -- ${`${folder}/.hpckit/complete`} 2>/dev/null) || hpckit_listed=none
    if [ ! -r ${`${folder}/pyvenv.cfg`} ] || { [ -n "$hpckit_made" ] && [ "$hpckit_listed" != "$(hpckit_files ${folder})" ]; }; then
      echo 'files of it are missing: ensure that environment again'
      exit 1
    fi
  }
  hpckit_refuse_damaged
  mksquashfs ${folder} "$hpckit_folder/environment.squashfs" -no-progress -no-xattrs -mkfs-time 0 -e ${`${folder}/.hpckit`} >"$hpckit_tmp/said" 2>&1 || { tail -n 3 "$hpckit_tmp/said"; exit 1; }
  hpckit_refuse_damaged # mksquashfs goes on where files go meanwhile
  chmod a-w "$hpckit_folder/environment.squashfs"
`;

function failed(folder: string, { target: { host } }: Transport, exitCode: number | undefined, said: readonly string[]): PythonEnvError {
  const reason = reasonOf(exitCode, said.slice(-3).join("; "));
  return new PythonEnvError("pack-failed", `${folder} on ${host} was not packed: ${reason === "" ? `it ended with ${exitCode ?? "a signal"}` : reason}`);
}

function reasonOf(exitCode: number | undefined, last: string): string {
  if (exitCode === mksquashfsMissing) return "mksquashfs is not installed there (Debian and Enterprise Linux: squashfs-tools): pack it on another node, or in a job on one that has it";
  return exitCode === contentFolderExit.rootNotWritable ? `${last}; ask for write access to the folder beside it, where such files lie` : last;
}
