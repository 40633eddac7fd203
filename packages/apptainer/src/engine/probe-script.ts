import { OutputUnreadableError, sh, type ShellExpression, type Word } from "@hpckit/core";

/** Reports the engine's version, or that it is not there. Before it stands what APPTAINER_MESSAGELEVEL asks for. */
export const probeEngine = (program: string): ShellExpression =>
  sh`
    if command -v ${program} >/dev/null 2>&1; then
      printf 'version %s\n' "$(${program} --version 2>&1 | tail -n 1)"
    else
      printf 'version -\n'
    fi
  `;

/** Reports whether an image is there and can be read. */
export const probeImage = (path: Word): ShellExpression =>
  sh`if [ ! -e ${path} ]; then echo 'image missing'; elif [ -r ${path} ]; then echo 'image readable'; else echo 'image unreadable'; fi`;

/**
 * Reads the lines of a probe.
 * @throws OutputUnreadableError if one is no report, e.g. a banner of somebody's profile.
 */
export function parseProbe(stdout: string): ReadonlyMap<string, string> {
  const pairs = stdout.split("\n").filter((line) => line !== "").map((line): [string, string] => {
    const [, key, value] = /^([a-z]+) (.+)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw new OutputUnreadableError("probe of the container engine", "a line that is no report", line);
    return [key, value];
  });
  return new Map(pairs);
}
