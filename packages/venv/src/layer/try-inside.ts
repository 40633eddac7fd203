import { compose, needing, OutputUnreadableError, run, sh, type HostPath, type ResolveOptions, type Transport } from "@hpckit/core";

/**
 * Starts the interpreter of an environment in the containers where it is to be used. One of another version would start there as well, and see
 * nothing of what is installed.
 * @param needs - paths of the host that it needs there.
 * @returns what was found in its place, in words; nothing where it is of the version whose packages lie in the environment.
 */
export async function unfitInside(
  { folder, pythonVersion }: { readonly folder: string; readonly pythonVersion: string },
  needs: readonly HostPath[],
  on: Transport,
  { within, signal }: ResolveOptions,
): Promise<string | undefined> {
  const script = sh`
    if [ ! -x ${`${folder}/bin/python`} ]; then echo 'inside -'; exit 0; fi
    printf 'inside %s\n' "$(${`${folder}/bin/python`} -I -c 'import platform; print(platform.python_version())' 2>&1 | tail -n 1)"
  `;
  const { stdout } = await run(compose(["sh", "-c", script.shell], [...within, needing(...needs)]), on, { signal, check: true });
  const said = /^inside (.+)$/m.exec(stdout)?.[1];
  if (said === undefined) throw new OutputUnreadableError("try of a Python environment in a container", "no report", stdout);
  if (said === "-") return "the image has no such interpreter";
  return seriesOf(said) === seriesOf(pythonVersion) ? undefined : `the image's own says ${said}`;
}

const seriesOf = (version: string): string | undefined => /^\d+\.\d+/.exec(version)?.[0];
