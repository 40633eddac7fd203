import { lines, raw, sh, type ShellExpression } from "@hpckit/core";
import { attemptName } from "./claim-folder.js";
import { beginClaims, claimFunctions, enterFolder, showClaims } from "./claim-shell.js";

/** One submission, for the script that makes it. */
export interface ScriptedSubmission {
  readonly token: string;
  /** Which attempt it is, from 1 on. */
  readonly attempt: number;
  /** Unguessable, new for every attempt. */
  readonly nonce: string;
  /** What stands in the claim. */
  readonly header: string;
  /** Folders without which Slurm would run the job elsewhere, or lose its output. */
  readonly folders: readonly string[];
  readonly workFolder: string;
  readonly argv: readonly string[];
  /** The batch script. */
  readonly script: string;
}

/**
 * The shell that submits any number of jobs, one after the other: claim, sbatch, record. What it prints is framed by the marker, a
 * frame for each submission, as soon as it is decided.
 *
 * No program but sbatch is started for a submission. After a controller that does not answer the rest is not tried.
 */
export const renderSubmitScript = (folder: string, marker: string, submissions: readonly ScriptedSubmission[]): ShellExpression =>
  lines(
    sh`
      ${showClaims(marker)}
      ${claimFunctions}
      # Claims a key, queues the script that comes on standard input, and records what sbatch said.
      hpckit_submit() { # index token attempt nonce header folder command…
        hpckit_claim "$1" "$2" "$3" "$4" "$5" || return
        hpckit_folder=$6
        shift 6
        hpckit_said=$(cd -- "$hpckit_folder" && unset PWD OLDPWD SHLVL && exec "$@" 2>&1)
        hpckit_status=$?
        hpckit_record "$hpckit_status" "$hpckit_said"
        [ "$hpckit_status" -eq 0 ] || case $hpckit_said in
          *'Socket timed out'* | *'Unable to contact'* | *'temporarily unable'*) hpckit_trouble=1 ;;
        esac
      }

      ${beginClaims(folder)}
    `,
    ...submissions.map((submission, index) => renderSubmission(submission, index, marker)),
    sh`hpckit_say - done`,
  );

const renderSubmission = ({ token, attempt, nonce, header, folders, workFolder, argv, script }: ScriptedSubmission, index: number, marker: string): ShellExpression =>
  lines(
    sh`hpckit_ready ${index} ${folders} && hpckit_submit ${index} ${token} ${attempt} ${nonce} ${header} ${workFolder} ${argv} <<'${raw(marker)}'`,
    raw(`${script.replace(/\n$/, "")}\n${marker}`),
  );

/** The shell that only looks. @param files - of each token, where they are known: a folder of many thousands is slow to search. */
export const renderLookScript = (folder: string, marker: string, tokens: readonly string[], files?: readonly (readonly string[])[]): ShellExpression =>
  lines(
    sh`
      ${showClaims(marker)}
      hpckit_host=$(uname -n)
      ${enterFolder(folder)}
      hpckit_say - "began $(date +%s)"
    `,
    ...tokens.map((token, index) => (files === undefined ? sh`hpckit_show ${index} ${token}` : sh`hpckit_show_files ${index} ${token} ${files[index] ?? []}`)),
    sh`hpckit_say - done`,
  );

/** Writes down what was found out about a submission, as its next attempt; one that is there stays. */
export interface ScriptedVerdict extends Pick<ScriptedSubmission, "token" | "attempt" | "nonce" | "header"> {
  /** The job, or undefined for none. */
  readonly id: string | undefined;
}

export const renderSettleScript = (folder: string, marker: string, verdicts: readonly ScriptedVerdict[]): ShellExpression =>
  lines(
    sh`
      ${showClaims(marker)}
      ${beginClaims(folder)}
    `,
    ...verdicts.map(
      ({ token, attempt, nonce, header, id = "none" }, index) => sh`
        if { true >${attemptName(token, attempt)}; } 2>/dev/null; then
          printf '%s\nhost %s %s %s\nclaimed %s\nsettled %s %s\n' ${header} "$hpckit_host" "$$" "$hpckit_now" ${nonce} ${nonce} ${id} >>${attemptName(token, attempt)} || rm -f ${attemptName(token, attempt)}
        fi
        hpckit_show ${index} ${token}
      `,
    ),
    sh`hpckit_say - done`,
  );
