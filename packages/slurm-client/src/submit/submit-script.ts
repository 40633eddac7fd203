import { lines, raw, sh, type ShellExpression } from "@hpckit/core";
import { attemptName } from "./claim-folder.js";

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
 * No program but sbatch is started for a submission. `set -C` makes a claim by O_CREAT and O_EXCL, which NFS keeps exclusive since version
 * 3; who wins the file alone writes it. After a controller that does not answer the rest is not tried.
 */
export const renderSubmitScript = (folder: string, marker: string, submissions: readonly ScriptedSubmission[]): ShellExpression =>
  lines(
    sh`
      ${showClaims(marker)}
      # Claims a key, queues the script that comes on standard input, and records what sbatch said.
      hpckit_submit() { # index token attempt nonce header folder command…
        hpckit_index=$1 hpckit_token=$2 hpckit_file=$2.$3 hpckit_next=$2.$(($3 + 1)) hpckit_nonce=$4 hpckit_header=$5 hpckit_folder=$6
        shift 6
        # It has started already: there is nothing to claim any more.
        if [ -e "$hpckit_token.run" ]; then
          hpckit_show "$hpckit_index" "$hpckit_token"
          return
        fi
        if { true >"$hpckit_file"; } 2>/dev/null; then
          if ! printf '%s\nhost %s %s %s\nclaimed %s\n' "$hpckit_header" "$hpckit_host" "$$" "$hpckit_now" "$hpckit_nonce" >>"$hpckit_file"; then
            rm -f "$hpckit_file"
            hpckit_say "$hpckit_index" unclaimed
            return
          fi
        elif [ -e "$hpckit_file" ]; then
          hpckit_show "$hpckit_index" "$hpckit_token"
          return
        else
          hpckit_say "$hpckit_index" unclaimed
          return
        fi
        # Somebody has waited for this claim long enough, and has made the next.
        if [ -e "$hpckit_next" ]; then
          hpckit_show "$hpckit_index" "$hpckit_token"
          return
        fi
        hpckit_said=$(cd -- "$hpckit_folder" && unset PWD OLDPWD SHLVL && exec "$@" 2>&1)
        hpckit_status=$?
        printf 'reply %s %s\n%s\nend %s\n' "$hpckit_nonce" "$hpckit_status" "$hpckit_said" "$hpckit_nonce" >>"$hpckit_file"
        hpckit_say "$hpckit_index" "replied $hpckit_status"
        printf '%s\n' "$hpckit_said"
        [ "$hpckit_status" -eq 0 ] || case $hpckit_said in
          *'Socket timed out'* | *'Unable to contact'* | *'temporarily unable'*) hpckit_trouble=1 ;;
        esac
        if [ -e "$hpckit_next" ]; then hpckit_show "$hpckit_index" "$hpckit_token"; else hpckit_say "$hpckit_index" end; fi
      }
      # What must be there before a submission.
      hpckit_ready() { # index folder…
        hpckit_index=$1
        shift
        if [ -n "$hpckit_trouble" ]; then
          hpckit_say "$hpckit_index" skipped
          return 1
        fi
        for hpckit_folder in "$@"; do
          [ -d "$hpckit_folder" ] && [ -x "$hpckit_folder" ] || { hpckit_say "$hpckit_index" "missing $hpckit_folder"; return 1; }
        done
      }

      hpckit_trouble=
      hpckit_now=$(date +%s) hpckit_host=$(uname -n)
      ${enterFolder(folder)}
      set -C
      hpckit_say - "began $hpckit_now"
    `,
    ...submissions.map((submission, index) => renderSubmission(submission, index, marker)),
    sh`hpckit_say - done`,
  );

const renderSubmission = ({ token, attempt, nonce, header, folders, workFolder, argv, script }: ScriptedSubmission, index: number, marker: string): ShellExpression =>
  lines(
    sh`hpckit_ready ${index} ${folders} && hpckit_submit ${index} ${token} ${attempt} ${nonce} ${header} ${workFolder} ${argv} <<'${raw(marker)}'`,
    raw(`${script.replace(/\n$/, "")}\n${marker}`),
  );

/** Makes the folder of the claims: nobody else looks into it. */
export const enterFolder = (folder: string): ShellExpression => sh`
  { [ -d ${folder} ] || (umask 077 && mkdir -p -- ${folder}) || [ -d ${folder} ]; } && cd -- ${folder} || { hpckit_say - closed; exit 0; }
`;

/** Prints all that is known of a token, a frame for each file. Its own files are small, and few. */
const showClaims = (marker: string): ShellExpression => sh`
  hpckit_say() { printf '%s %s %s\n' ${marker} "$1" "$2"; }
  hpckit_show() { # index token
    hpckit_show_files "$1" "$2" "$2".*
  }
  hpckit_show_files() { # index token file…
    hpckit_at=$1 hpckit_of=$2
    shift 2
    for hpckit_each in "$@"; do
      [ -e "$hpckit_each" ] || continue
      hpckit_alive=gone
      while read -r hpckit_word hpckit_on hpckit_pid hpckit_rest; do
        [ "$hpckit_word" = host ] && [ "$hpckit_on" = "$hpckit_host" ] && kill -0 "$hpckit_pid" 2>/dev/null && hpckit_alive=alive
      done <"$hpckit_each"
      hpckit_say "$hpckit_at" "file \${hpckit_each#"$hpckit_of".} $hpckit_alive"
      cat -- "$hpckit_each"
      echo
    done
    hpckit_say "$hpckit_at" shown
  }
`;

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
      hpckit_host=$(uname -n) hpckit_now=$(date +%s)
      ${enterFolder(folder)}
      set -C
      hpckit_say - "began $hpckit_now"
    `,
    ...verdicts.map(
      ({ token, attempt, nonce, header, id = "none" }, index) => sh`
        if { true >${attemptName(token, attempt)}; } 2>/dev/null; then
          printf '%s\nhost %s %s %s\nclaimed %s\nsettled %s %s\n' ${header} "$hpckit_host" "$$" "$hpckit_now" ${nonce} ${nonce} ${id} >>${attemptName(token, attempt)}
        fi
        hpckit_show ${index} ${token}
      `,
    ),
    sh`hpckit_say - done`,
  );
