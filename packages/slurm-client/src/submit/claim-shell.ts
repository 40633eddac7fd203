import { sh, type ShellExpression } from "@hpckit/core";

/** A condition that goes into a folder of ours, and makes it where it is missing: nobody else looks into it. */
export const intoFolder = (folder: string): ShellExpression => sh`{ [ -d ${folder} ] || (umask 077 && mkdir -p -- ${folder}) || [ -d ${folder} ]; } && cd -- ${folder}`;

/** Goes into the folder of the claims. */
export const enterFolder = (folder: string): ShellExpression => sh`
  ${intoFolder(folder)} || { hpckit_say - closed; exit 0; }
`;

/** Prints all that is known of a token, a frame for each file. Its own files are small, and few. */
export const showClaims = (marker: string): ShellExpression => sh`
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

/** Goes into the folder, and lets no file of another be written over. */
export const beginClaims = (folder: string): ShellExpression => sh`
  hpckit_trouble=
  hpckit_now=$(date +%s) hpckit_host=$(uname -n)
  ${enterFolder(folder)}
  set -C
  hpckit_say - "began $hpckit_now"
`;

/**
 * Shell functions that claim a key for an attempt, and record what was answered. `set -C` makes a claim by O_CREAT and O_EXCL, which NFS keeps
 * exclusive since version 3; who wins the file alone writes it.
 */
export const claimFunctions: ShellExpression = sh`
  hpckit_name() { # index token attempt nonce
    hpckit_index=$1 hpckit_token=$2 hpckit_file=$2.$3 hpckit_next=$2.$(($3 + 1)) hpckit_nonce=$4
  }
  hpckit_claim() { # index token attempt nonce header
    hpckit_name "$@"
    # It has started already: there is nothing to claim any more.
    if [ -e "$hpckit_token.run" ]; then
      hpckit_show "$hpckit_index" "$hpckit_token"
      return 1
    fi
    if { true >"$hpckit_file"; } 2>/dev/null; then
      if ! printf '%s\nhost %s %s %s\nclaimed %s\n' "$5" "$hpckit_host" "$$" "$hpckit_now" "$hpckit_nonce" >>"$hpckit_file"; then
        rm -f "$hpckit_file"
        hpckit_say "$hpckit_index" unclaimed
        return 1
      fi
    elif [ -e "$hpckit_file" ]; then
      hpckit_show "$hpckit_index" "$hpckit_token"
      return 1
    else
      hpckit_say "$hpckit_index" unclaimed
      return 1
    fi
    # Somebody has waited for this claim long enough, and has made the next.
    [ ! -e "$hpckit_next" ] || { hpckit_show "$hpckit_index" "$hpckit_token"; return 1; }
  }
  hpckit_record() { # status answer
    printf 'reply %s %s\n%s\nend %s\n' "$hpckit_nonce" "$1" "$2" "$hpckit_nonce" >>"$hpckit_file"
    hpckit_say "$hpckit_index" "replied $1"
    printf '%s\n' "$2"
    if [ -e "$hpckit_next" ]; then hpckit_show "$hpckit_index" "$hpckit_token"; else hpckit_say "$hpckit_index" end; fi
  }
  # Says that nothing was queued.
  hpckit_release() {
    printf 'settled %s none\n' "$hpckit_nonce" >>"$hpckit_file"
    hpckit_show "$hpckit_index" "$hpckit_token"
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
`;
