import { fragment, sh, type ScriptFragment } from "@hpckit/core";
import type { WrittenFlag } from "../engine/flags/flag-rule.js";

const variable = "hpckit_pmix";

/**
 * Takes the folder in which Slurm's PMIx server of a node talks with its tasks: `PMIX_SERVER_TMPDIR`, mostly below the slurmd's
 * spool folder, which no container sees by itself. Without PMIx there is none, and nothing is mounted.
 * @see the PMIx documentation, "session directories"
 */
export const takePmixFolder: ScriptFragment = fragment(sh`
  hpckit_pmix=
  if [ -d "\${PMIX_SERVER_TMPDIR:-}" ]; then
    case $PMIX_SERVER_TMPDIR in
      *${'"'}* | *${"\r\n"}*) printf 'hpckit: cannot mount %s (PMIX_SERVER_TMPDIR): it holds a quote or a line break with a carriage return\n' "$PMIX_SERVER_TMPDIR" >&2; exit 64 ;;
      /*) hpckit_pmix="type=bind,\"source=$PMIX_SERVER_TMPDIR\",\"destination=$PMIX_SERVER_TMPDIR\"" ;;
    esac
  fi
`);

export const pmixMount: WrittenFlag = { flag: "mount", variable };
