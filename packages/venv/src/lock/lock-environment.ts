import { lines, OutputUnreadableError, parseOptions, requireTransport, sh, type Cancellable, type ShellExpression, type Transport } from "@hpckit/core";
import { cancellableSchema } from "../environment/cancellable-schema.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { folderSchema } from "../layer/built-env-schema.js";
import type { BuiltPythonEnv } from "../layer/virtualenv-layer.js";
import { listDistributions } from "./list-distributions.js";
import { isSame, parseLockedRequirements, parsePipReport, renderLock, type BuildNote, type LockedDistribution } from "./parse-lock.js";

export interface EnvironmentLock {
  /** Requirements with exact versions and hashes: with `requireHashes` the same is installed again. */
  readonly text: string;
  readonly locked: readonly LockedDistribution[];
  /** What came by address or path, and stands in no lock: say it again among `projects`. */
  readonly byAddress: readonly string[];
}

/**
 * Locks what is installed in an environment, as it was noted when it was built: no index is asked.
 *
 * What pip built has the hash of each archive that was taken, so the lock is for machines like that one. What uv built has the hashes
 * of every archive of those versions.
 * @throws {@link PythonEnvError} `environment-missing`; `lock-unknown` where nothing was noted (pip before 22.2, or an index that
 * did not answer uv afterwards), or something was installed since.
 */
export async function lockEnvironment(env: Pick<BuiltPythonEnv, "folder">, on: Transport, options: Cancellable = {}): Promise<EnvironmentLock> {
  const { folder } = parseOptions(folderSchema, env, "lockEnvironment");
  requireTransport(on, "lockEnvironment");
  const { signal } = parseOptions(cancellableSchema, options, "lockEnvironment");
  const [installed, { stdout }] = await Promise.all([listDistributions({ folder }, on, { signal }), on.exec(["sh", "-c", renderRead(folder).shell], { signal, check: true })]);
  const { note, header } = parseRead(stdout);
  const unknown = (reason: string): PythonEnvError => new PythonEnvError("lock-unknown", `${folder} on ${on.target.host} cannot be locked: ${reason}; build it again from its requirements`);
  if (note === undefined) throw unknown("its installer left no note of what it took");
  const other = note.locked.find((each) => !installed.some((one) => isSame(one, each)));
  if (other !== undefined) throw unknown(`${other.name} ${other.version} was installed, and is not there any more`);
  const byAddress = [...new Set([...note.byAddress, ...installed.flatMap(({ name, origin }) => (origin === undefined ? [] : [name]))])];
  return { text: renderLock(note.locked, `What ${header} installed in ${folder.slice(folder.lastIndexOf("/") + 1)}`), locked: note.locked, byAddress };
}

const renderRead = (folder: string): ShellExpression =>
  lines(
    sh`cd -- ${`${folder}/.hpckit`} 2>/dev/null || { echo none; exit 0; }`,
    sh`
      hpckit_by="$(cat installer 2>/dev/null) for Python $(sed -n 's/^version *= *//p' ../pyvenv.cfg 2>/dev/null), $(uname -m)"
      if [ -r report.json ]; then echo "pip $hpckit_by"; cat report.json
      elif [ -r lock.txt ]; then echo "uv $hpckit_by"; cat lock.txt
      else echo none; fi
    `,
  );

function parseRead(stdout: string): { readonly note: BuildNote | undefined; readonly header: string } {
  const [, kind, header = "", text = ""] = /^(none|pip|uv)(?: (.*))?\n([\s\S]*)$/.exec(stdout) ?? [];
  if (kind === undefined) throw new OutputUnreadableError("note of a build", "no note", stdout);
  if (kind === "none") return { note: undefined, header };
  return { note: kind === "pip" ? parsePipReport(text) : { locked: parseLockedRequirements(text), byAddress: [] }, header };
}
