import { lines, sh, type ShellExpression } from "@hpckit/core";
import { bindVariables } from "../container/options/site-binds.js";
import { reporting } from "../doctor/examine-script.js";
import { findConfiguration } from "../engine/configuration-script.js";

/** Tells what the engine's configuration and the environment bind, and which of a profile's paths are there, by their places. Changes nothing. */
export const readBinds = (program: string, sources: readonly string[]): ShellExpression =>
  lines(
    reporting,
    sh`command -v ${program} >/dev/null 2>&1 || { hpckit_tell missing yes; exit 0; }`,
    findConfiguration(program),
    readConfiguration,
    readVariables,
    ...sources.map((path, index) => sh`if [ -e ${path} ]; then hpckit_tell there ${String(index)}; fi`),
    sh`exit 0`,
  );

const readConfiguration = sh`
  if [ -n "$hpckit_file" ]; then
    hpckit_tell file "$hpckit_file"
    for hpckit_name in home tmp proc sys dev hostfs; do hpckit_tell "mount-$hpckit_name" "$(hpckit_setting "mount $hpckit_name" | tail -n 1)"; done
    hpckit_tell user-binds "$(hpckit_setting 'user bind control' | tail -n 1)"
    hpckit_tell always-nvidia "$(hpckit_setting 'always use nv' | tail -n 1)"
    hpckit_tell always-amd "$(hpckit_setting 'always use rocm' | tail -n 1)"
    hpckit_setting 'bind path' | while IFS= read -r hpckit_bind; do
      if [ -e "\${hpckit_bind%%:*}" ]; then hpckit_tell bind-there "$hpckit_bind"; else hpckit_tell bind-absent "$hpckit_bind"; fi
    done
  fi
`;

const readVariables = lines(...bindVariables.map((name) => sh`if printenv ${name} >/dev/null; then hpckit_tell variable ${`${name}=`}"$(printenv ${name})"; fi`));
