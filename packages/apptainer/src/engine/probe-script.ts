import { lines, OutputUnreadableError, sh, type ShellExpression, type Word } from "@hpckit/core";
import { findConfiguration } from "./configuration-script.js";

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

/** Reports that the engine's configuration lets accounts mount nothing, and the binds that it makes itself there. */
export const probeClosed = (program: string, file?: string): ShellExpression =>
  lines(
    findConfiguration(program, file),
    sh`
      if [ -n "$hpckit_file" ] && [ "$(hpckit_setting 'user bind control' | tail -n 1)" = no ]; then
        printf 'closed %s\n' "$hpckit_file"
        hpckit_setting 'bind path' | while IFS= read -r hpckit_bind; do printf 'bind %s\n' "$hpckit_bind"; done
      fi
    `,
  );

/**
 * Reads the lines of a probe.
 * @throws OutputUnreadableError if one is no report, e.g. a banner of somebody's profile.
 */
export function parseProbe(stdout: string): Probe {
  const pairs = stdout.split("\n").filter((line) => line !== "").map((line): [string, string] => {
    const [, key, value] = /^([a-z]+) (.+)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw new OutputUnreadableError("probe of the container engine", "a line that is no report", line);
    return [key, value];
  });
  const all = (key: string): readonly string[] => pairs.flatMap(([each, value]) => (each === key ? [value] : []));
  return { all, first: (key) => all(key)[0] };
}

/** What a machine reported, by key. */
export interface Probe {
  first(key: string): string | undefined;
  all(key: string): readonly string[];
}
