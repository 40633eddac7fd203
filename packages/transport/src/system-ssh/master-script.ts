import { sh } from "@hpckit/core";

/**
 * Runs a command for as long as standard input stays open, and then ends it: a connection must not outlive the program that
 * opened it, however that dies. First argument: a folder that is removed at the end; then the command. The script itself says
 * nothing: with nobody left to read it, its first word would be its last, and what it starts would keep its outputs open.
 */
export const masterScript = sh`
  hpckit_folder=$1
  shift
  exec 3<&0 </dev/null
  "$@" 3<&- &
  hpckit_command=$!
  exec >/dev/null 2>/dev/null
  { read -r hpckit_word; kill -s TERM "$hpckit_command"; sleep 2 </dev/null; kill -s KILL "$hpckit_command"; } <&3 &
  hpckit_watcher=$!
  exec 3<&-
  wait "$hpckit_command"
  hpckit_status=$?
  kill -s KILL "$hpckit_watcher"
  rm -rf -- "$hpckit_folder"
  exit "$hpckit_status"
`.shell;
