import { folderFunctions, lines, raw, sh, wayOut, type FilePolicy, type ShellExpression } from "@hpckit/core";
import { scrubVariables } from "../variable/host-variables.js";
import { engineExit, runEngine } from "./engine-run.js";

/** How the script that builds an image ends. */
export const buildExit = { ...engineExit, built: 0, alreadyThere: 80 } as const;

export interface BuildPlan {
  readonly program: string;
  /** Absolute path of a folder or a definition; without one, the definition comes on standard input. */
  readonly source: string | undefined;
  readonly to: string;
  readonly policy: FilePolicy | undefined;
}

/**
 * Builds an image aside and then gives it its name, which exists only for a whole image.
 *
 * What a build uses, it names after its process, so that the next one on that machine can tell what a killed build has
 * left. Of two at once both build, and the first to finish gives the name.
 */
export function renderBuild(plan: BuildPlan): ShellExpression {
  const cut = plan.to.lastIndexOf("/");
  const [folder, name] = [plan.to.slice(0, cut) || "/", plan.to.slice(cut + 1)];
  return lines(
    folderFunctions,
    sh`
      set -eu
      hpckit_to=${plan.to}
      if [ -d "$hpckit_to" ]; then echo "ERROR: $hpckit_to is a folder" >&2; exit ${buildExit.failed}; fi
      if [ -e "$hpckit_to" ]; then exit ${buildExit.alreadyThere}; fi
      mkdir -p -- ${folder}
      hpckit_place=$(uname -n)-$(readlink /proc/self/ns/pid | tr -dc 0-9)
      hpckit_mine=${`${folder}/.${name}.hpckit-`}$hpckit_place
      hpckit_temporary=\${APPTAINER_TMPDIR:-\${TMPDIR:-/tmp}}/hpckit-image-$hpckit_place
      for hpckit_left in "$hpckit_mine"-*.part "$hpckit_temporary"-*.??????; do
        hpckit_pid=\${hpckit_left%.*}
        hpckit_pid=\${hpckit_pid##*-}
        if [ ! -L "$hpckit_left" ] && [ -O "$hpckit_left" ] && [ ! -d "/proc/$hpckit_pid" ]; then
          hpckit_remove "$hpckit_left" || :
        fi
      done
      hpckit_part=$hpckit_mine-$$.part
      hpckit_tmp=
    `,
    raw(scrubVariables([]).shell),
    wayOut(sh`
      if [ -n "$hpckit_tmp" ]; then hpckit_remove "$hpckit_tmp"; fi
      rm -f -- "$hpckit_part"
    `),
    sh`
      hpckit_tmp=$(mktemp -d "$hpckit_temporary-$$.XXXXXX")
      APPTAINER_TMPDIR=$hpckit_tmp
      export APPTAINER_TMPDIR
    `,
    plan.source === undefined ? sh`cat > "$hpckit_tmp/definition"` : undefined,
    runEngine([plan.program, "build", raw('"$hpckit_part"'), plan.source ?? raw('"$hpckit_tmp/definition"')], raw('"$hpckit_tmp"')),
    ...(plan.policy === undefined ? [] : applyPolicy(plan.policy)),
    sh`
      sync -- "$hpckit_part" 2>/dev/null || :
      if ln -- "$hpckit_part" "$hpckit_to" 2>/dev/null; then exit ${buildExit.built}; fi
      if [ -e "$hpckit_to" ]; then exit ${buildExit.alreadyThere}; fi
      mv -f -- "$hpckit_part" "$hpckit_to"
    `,
  );
}

const applyPolicy = ({ group, fileMode }: FilePolicy): readonly ShellExpression[] => [
  ...(group === undefined ? [] : [sh`chgrp -- ${group} "$hpckit_part"`]),
  sh`chmod -- ${fileMode.toString(8)} "$hpckit_part"`,
];
