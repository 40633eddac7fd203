import { lines, sh, type ShellExpression, type Word } from "@hpckit/core";
import { onEveryNode } from "../submit/batch-script.js";

/** The folder cannot be made. @see sysexits.h, EX_CANTCREAT */
export const cannotMakeStatus = 73;

/** Makes a folder on this node, and names it by a variable. A job's own variable keeps it beside: the command may change the other. */
export const makeFolder = (variable: ShellExpression, root: Word | undefined): ShellExpression =>
  lines(
    root === undefined ? sh`hpckit_root=/tmp; [ ! -d "\${SLURM_TMPDIR-}" ] || hpckit_root=$SLURM_TMPDIR` : sh`hpckit_root=${root}`,
    sh`
      case $hpckit_root in
        /*) ;;
        *) printf 'hpckit: "%s" is no absolute path: a node-local folder cannot be made there\n' "$hpckit_root" >&2; exit ${cannotMakeStatus} ;;
      esac
      hpckit_local_${variable}=$(umask 077 && mktemp -d "$hpckit_root/hpckit-\${SLURM_CLUSTER_NAME-}-\${SLURM_JOB_ID:-0}-XXXXXXXX") || {
        printf 'hpckit: %s: a node-local folder cannot be made below %s: is it there, with room?\n' "\${SLURMD_NODENAME-}" "$hpckit_root" >&2
        exit ${cannotMakeStatus}
      }
      ${variable}=$hpckit_local_${variable}
      export ${variable}
    `,
    sweep,
  );

/** The same path on the other nodes, too. One that is there already is taken only if it is this user's alone: some nodes share a root after all. */
export const makeFolderOnNodes = (variable: ShellExpression, root: Word | undefined): ShellExpression =>
  lines(
    makeFolder(variable, root),
    sh`export hpckit_root`,
    onOthers(
      lines(
        sh`
          mkdir -m 700 -- "$${variable}" 2>/dev/null || [ -n "$(find "$${variable}" -prune -type d -user "$(id -u)" -perm -700 ! -perm /077 2>/dev/null)" ] || {
            printf 'hpckit: %s: a node-local folder cannot be made below %s: is it there, with room?\n' "$SLURMD_NODENAME" "$hpckit_root" >&2
            exit ${cannotMakeStatus}
          }
        `,
        sweep,
      ),
    ),
    sh`unset hpckit_root`,
  );

/** What tasks that are being ended still write may be in the way once. */
export const removeFolder = (variable: ShellExpression): ShellExpression => sh`
  [ -n "\${hpckit_local_${variable}-}" ] || exit 0
  rm -rf --one-file-system -- "$hpckit_local_${variable}" 2>/dev/null || { sleep 1; rm -rf --one-file-system -- "$hpckit_local_${variable}"; }
`;

/** A job that is being ended gets no step any more: srun says so at once. */
export const removeFolderOnNodes = (variable: ShellExpression): ShellExpression =>
  lines(
    sh`
      [ -n "\${hpckit_local_${variable}-}" ] || exit 0
      export hpckit_local_${variable}
    `,
    sh`{`,
    onOthers(removeFolder(variable)),
    sh`} 2>/dev/null || :`,
    removeFolder(variable),
  );

const onOthers = (script: ShellExpression): ShellExpression => sh`[ "\${SLURM_JOB_NUM_NODES:-1}" -eq 1 ] || ${onEveryNode({ kind: "run", shell: script.shell, dialect: "sh", scope: "node" })}`;

/**
 * Removes what jobs of this user have left, of which Slurm knows no more. Who cannot be asked, says something else, or knows the id, keeps it. No variable
 * of the job may narrow the question. Of several tasks one does it on each node. Ids of another cluster, which may see the same disk, are not asked about.
 */
const sweep: ShellExpression = sh`
  for hpckit_left in "$hpckit_root/hpckit-\${SLURM_CLUSTER_NAME-}"-[1-9]*-????????; do
    [ "\${SLURM_LOCALID:-0}" -eq 0 ] || break
    hpckit_id=\${hpckit_left#"$hpckit_root/hpckit-\${SLURM_CLUSTER_NAME-}-"} hpckit_id=\${hpckit_id%-*}
    case $hpckit_id in *[!0-9]* | "\${SLURM_JOB_ID-}") continue ;; esac
    [ -n "$(find "$hpckit_left" -prune -type d -user "$(id -u)" -perm -700 ! -perm /077 2>/dev/null)" ] || continue
    if hpckit_said=$(env -i PATH="$PATH" \${SLURM_CONF+"SLURM_CONF=$SLURM_CONF"} LC_ALL=C squeue --noheader --states=all --jobs="$hpckit_id" --format=%i 2>&1); then
      [ -z "$hpckit_said" ] || continue
    else
      case $hpckit_said in *'Invalid job id specified'*) ;; *) continue ;; esac
    fi
    rm -rf --one-file-system -- "$hpckit_left" 2>/dev/null || :
  done
`;
