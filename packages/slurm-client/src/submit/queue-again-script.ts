import { sh, type ShellExpression } from "@hpckit/core";

/** Has a job queued again; else `hpckit_said` is why not. Where the controller cannot be reached, its answer says nothing: it is asked again. */
export const queueAgain: ShellExpression = sh`
  hpckit_queue_again() { # job
    hpckit_tries=0
    until hpckit_said=$(scontrol requeue "$1" 2>&1); do
      case $hpckit_said in
        *'pending execution'*) return 0 ;;
        *[Cc]ontact* | *[Cc]onnect* | *'imed out'* | *'try again'*) hpckit_tries=$((hpckit_tries + 1)) ;;
        *) return 1 ;;
      esac
      [ "$hpckit_tries" -lt 5 ] || return 1
      sleep 2
    done
  }
`;
