import { needing, type HostPath, type Transport, type UnresolvedLayer } from "@hpckit/core";
import { activation, type Activation } from "../activation/activation.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { basesOf } from "./base-prefix.js";
import { parseLocated, renderLocate, type LocatedEnv } from "./locate-script.js";
import { unfitInside } from "./try-inside.js";
import { virtualenvLayer } from "./virtualenv-layer.js";

/**
 * Runs a command in an environment that is there, whoever made it: a folder, or a link such as `/shared/venvs/main` that may be switched.
 *
 * When the launch is prepared, the link is followed, and the launch names the folder behind it: a job keeps the environment that it was
 * submitted with. Right of a container, the interpreter that the environment stands on is mounted too, and it is tried there.
 * @throws OptionsError for what is no activation; {@link PythonEnvError} from `prepare`: `environment-missing`, `base-missing`, `base-not-mountable`.
 */
export function virtualenvAt(active: Activation): UnresolvedLayer {
  const { folder: place, ...additions } = activation(active);
  return {
    name: "virtualenv",
    resolve: async (on, options) => {
      const found = await locate(place, on, options.signal);
      if (options.within.length === 0) {
        if (found.interpreter === undefined) throw gone(found, on);
        return virtualenvLayer({ folder: found.folder, basePrefix: undefined }, additions);
      }
      const bases = basesOf(found);
      const inside = await unfitInside(found, [found.folder, ...bases].map(reading), on, options);
      if (inside !== undefined) throw unfit(found, bases, inside, on);
      const layer = virtualenvLayer({ folder: found.folder, basePrefix: undefined }, additions);
      return { name: layer.name, apply: (launch) => needing(...bases.map(reading)).apply(layer.apply(launch)) };
    },
  };
}

async function locate(place: string, on: Transport, signal: AbortSignal | undefined): Promise<LocatedEnv> {
  const { stdout } = await on.exec(["sh", "-c", renderLocate(place).shell], { signal, check: true });
  const found = parseLocated(stdout);
  if (found.kind === "found") return found;
  if (found.kind === "damaged") {
    throw new PythonEnvError("environment-missing", `${found.folder} on ${on.target.host}, to which ${place} leads, is not what was built: files are missing, as after a purge, or were added since; ensure it again, and switch the link to that`);
  }
  throw new PythonEnvError("environment-missing", `no Python environment is at ${place} on ${on.target.host}: build it, or correct the path`);
}

const reading = (path: string): HostPath => ({ path, access: "read" });

const gone = ({ folder, home }: LocatedEnv, { target: { host } }: Transport): PythonEnvError =>
  new PythonEnvError("base-missing", `${folder} on ${host} stands on the Python of ${home}, which is not there: load or install it again, or build the environment anew`);

function unfit({ folder, home, pythonVersion }: LocatedEnv, bases: readonly string[], inside: string, on: Transport): PythonEnvError {
  if (bases.length > 0) {
    return new PythonEnvError("base-missing", `${folder} stands on the Python ${pythonVersion} of ${home}, which was mounted from ${on.target.host} and does not start inside: ${inside}`);
  }
  return new PythonEnvError(
    "base-not-mountable",
    `${folder} stands on the Python ${pythonVersion} of ${home} on ${on.target.host}, and ${inside}: a host's own Python cannot be mounted over an image's. ` +
      "Build the environment with the image's Python (virtualenv(pythonEnv(…)) right of the container), or with one that lies outside of /usr",
  );
}
