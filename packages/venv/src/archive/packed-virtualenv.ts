import { enter, fragment, parseOptions, sh, type HostPath, type LaunchLayer, type ScriptFragment, type Transport, type UnresolvedLayer } from "@hpckit/core";
import { z } from "zod";
import { type ActivationAdditions } from "../activation/activation.js";
import { environmentPath } from "../environment/environment-path.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { builtEnvShape } from "../layer/built-env-schema.js";
import { unfitInside } from "../layer/try-inside.js";
import { virtualenvLayer } from "../layer/virtualenv-layer.js";
import type { PackedPythonEnv } from "./pack-environment.js";

const packedSchema: z.ZodType<PackedPythonEnv> = z
  .object({ ...builtEnvShape, file: environmentPath }, { error: "an environment as packEnvironment gave it: { folder, file, pythonVersion, … }" })
  .transform(({ folder, pythonVersion, basePrefix, file }) => ({ folder, pythonVersion, basePrefix, file }));

/**
 * Runs a command in an environment that is one file, at the folder where it was built.
 *
 * Right of a container the container mounts it, with the interpreter's folder if it has a `basePrefix`, and it is tried there when the launch is
 * prepared: the image must have the Python that it was built with. On a host it is mounted by squashfuse for this command alone, in a mount namespace of its own: other commands on the node see nothing of it, and however the command ends, kill −9 too, the mount goes with
 * it. That needs user namespaces, squashfuse, and util-linux 2.37 (`unshare`, `setpriv`); where one is missing, the command is not started.
 *
 * Ranks of MPI on one node are then in user namespaces of their own, and cannot copy from each other's memory (CMA): use a container, whose
 * tasks can share one.
 * @throws OptionsError for what is no packed environment; {@link PythonEnvError} from `prepare`: `base-missing`, `base-not-mountable`.
 */
export function packedVirtualenv(packed: PackedPythonEnv, additions: ActivationAdditions = {}): UnresolvedLayer {
  const env = parseOptions(packedSchema, packed, "packedVirtualenv");
  const layer = virtualenvLayer(env, additions);
  return {
    name: "virtualenv",
    resolve: async (on, options) => {
      if (options.within.length === 0) return mountedByItself(env, layer);
      const inside = await unfitInside(env, [imageOf(env), ...baseOf(env)], on, options);
      if (inside !== undefined) throw unfit(env, inside, on);
      return shownByContainer(env, layer);
    },
  };
}

const imageOf = ({ folder, file }: PackedPythonEnv): HostPath => ({ path: file, access: "read", imageAt: folder });
const baseOf = ({ basePrefix }: PackedPythonEnv): readonly HostPath[] => (basePrefix === undefined ? [] : [{ path: basePrefix, access: "read" }]);

const shownByContainer = (packed: PackedPythonEnv, layer: LaunchLayer): LaunchLayer => ({
  name: "virtualenv",
  apply: (inner) => {
    const launch = layer.apply(inner);
    return { ...launch, needs: [imageOf(packed), ...launch.needs.filter(({ path }) => path !== packed.folder)] };
  },
});

function unfit({ folder, file, pythonVersion, basePrefix }: PackedPythonEnv, inside: string, { target: { host } }: Transport): PythonEnvError {
  const what = `${folder}, packed in ${file} on ${host}, is of Python ${pythonVersion}`;
  return basePrefix === undefined
    ? new PythonEnvError(
        "base-not-mountable",
        `${what}, and ${inside}. Build it with the image's Python, and pack that (ensurePythonEnv with \`within\`); or, if its own Python lies outside of /usr, give that folder as \`basePrefix\`, and it is mounted`,
      )
    : new PythonEnvError("base-missing", `${what} from ${basePrefix}, which was mounted and does not start inside: ${inside}`);
}

/** The capability to mount is given back before the command starts. @see unshare(1), setpriv(1) */
const mountedByItself = (packed: PackedPythonEnv, layer: LaunchLayer): LaunchLayer => ({
  name: "virtualenv",
  boundary: "filesystem",
  apply: (inner) => {
    const { setup, needs, ...rest } = layer.apply(inner);
    const entered = enter({ ...rest, needs, argv: ["setpriv", "--inh-caps=-all", "--ambient-caps=-all", ...inner.argv], setup: [mount(packed), ...setup] });
    return { argv: ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount", ...entered.argv], setup: entered.carry, teardown: [], needs: [{ path: packed.file, access: "read" }, ...needs] };
  },
});

/** squashfuse dies with the shell that starts it, which becomes the command, and the mount with it. It is there when the folder is on another device than its parent. */
const mount = ({ folder, file }: PackedPythonEnv): ScriptFragment => fragment(sh`
  hpckit_mount_failed() {
    printf 'hpckit: %s cannot be mounted on %s: %s; the command was not started\n' ${file} "$(uname -n)" "$1" >&2
    exit 64
  }
  command -v squashfuse >/dev/null 2>&1 || hpckit_mount_failed 'squashfuse is not installed'
  [ -r ${file} ] || hpckit_mount_failed 'it is not there, or may not be read'
  [ -d ${folder} ] || mkdir -p -- ${folder} || hpckit_mount_failed ${`${folder} cannot be made`}
  setpriv --pdeathsig KILL squashfuse -f ${file} ${folder} </dev/null >/dev/null &
  hpckit_fuse=$!
  hpckit_tries=0
  while [ "$(stat -c %d -- ${folder})" = "$(stat -c %d -- ${`${folder}/..`})" ]; do
    kill -0 "$hpckit_fuse" 2>/dev/null || hpckit_mount_failed 'squashfuse failed'
    hpckit_tries=$((hpckit_tries + 1))
    [ "$hpckit_tries" -lt 600 ] || hpckit_mount_failed 'squashfuse did not answer for 30 seconds'
    sleep 0.05
  done
`);
