import { sh, type ShellExpression, type Word } from "@hpckit/core";

/**
 * Finds apptainer.conf, and defines `hpckit_setting NAME`, which prints each value that it has there. SingularityCE has a name of its
 * own for the file. `hpckit_file` is empty where nobody tells, or the file cannot be read.
 * @param file - another one than the engine was built with.
 */
export const findConfiguration = (program: Word, file?: string): ShellExpression => sh`
  hpckit_file=${file ?? ""}
  if [ -z "$hpckit_file" ]; then hpckit_file=$(${program} buildcfg 2>/dev/null </dev/null | sed -n -e 's/^APPTAINER_CONF_FILE=//p' -e 's/^SINGULARITY_CONF_FILE=//p' | head -n 1); fi
  if [ ! -f "$hpckit_file" ] || [ ! -r "$hpckit_file" ]; then hpckit_file=; fi
  hpckit_setting() { sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$hpckit_file"; }
`;
