import { lines, sh, type FilePolicy, type ShellExpression } from "@hpckit/core";
import { readyLine } from "./inputs-on-demand.js";

/** How a script that makes something ends where its inputs do not come. */
export const inputsMissing = 85;

/**
 * What a script does first that is the one that makes a content folder: it opens the folder to its group, and asks for its inputs. The go-ahead
 * comes as a line, and none where the caller is gone.
 */
export const waitForInputs = (policy: FilePolicy | undefined): ShellExpression =>
  lines(
    ownFolder(policy),
    sh`
      echo ${readyLine}
      read -r hpckit_there || exit ${inputsMissing}
    `,
  );

/** What is made inside of it belongs to the group by its setgid bit; files have their modes by the umask. */
const ownFolder = (policy: FilePolicy | undefined): ShellExpression | undefined =>
  policy === undefined
    ? undefined
    : lines(
        policy.group === undefined ? undefined : sh`chgrp -- ${policy.group} "$hpckit_folder" "$hpckit_folder/.hpckit"`,
        sh`chmod -- ${policy.folderMode.toString(8)} "$hpckit_folder" "$hpckit_folder/.hpckit"`,
      );
