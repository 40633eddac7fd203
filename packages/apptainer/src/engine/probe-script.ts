import { lines, OutputUnreadableError, sh, type ShellExpression, type Word } from "@hpckit/core";

/** Reports the engine's version, or that it is not there. */
export const probeEngine = (program: string): ShellExpression =>
  sh`
    if command -v ${program} >/dev/null 2>&1; then
      printf 'version %s\n' "$(${program} --version 2>&1 | head -n 1)"
    else
      printf 'version -\n'
    fi
  `;

/** Reports whether an image is there and can be read. */
export const probeImage = (path: Word): ShellExpression =>
  sh`if [ ! -e ${path} ]; then echo 'image missing'; elif [ -r ${path} ]; then echo 'image readable'; else echo 'image unreadable'; fi`;

const findSquashfuse = sh`
  command -v squashfuse_ll || command -v squashfuse ||
  [ -n "$(find /usr/libexec/apptainer /usr/local/libexec/apptainer /opt/apptainer/libexec -name 'squashfuse*' 2>/dev/null)" ]
`.shell;

/** Reports what decides whether and how fast an image starts. */
export const probeMachine = (program: string): ShellExpression =>
  lines(
    sh`hpckit_yes() { if "$@" >/dev/null 2>&1; then echo yes; else echo no; fi; }`,
    sh`printf 'namespaces %s\n' "$(hpckit_yes unshare --user --map-root-user true)"`,
    sh`printf 'setuid %s\n' "$(hpckit_yes sh -c ${sh`[ "$(${program} buildcfg APPTAINER_SUID_INSTALL)" = 1 ]`.shell})"`,
    sh`printf 'squashfuse %s\n' "$(hpckit_yes sh -c ${findSquashfuse})"`,
    sh`printf 'fuse %s\n' "$(hpckit_yes test -w /dev/fuse)"`,
  );

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
