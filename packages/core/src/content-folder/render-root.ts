import { sh } from "../shell/sh.js";
import type { ShellExpression } from "../shell/word.js";
import type { FilePolicy } from "../transport/file-policy.js";
import { contentFolderExit } from "./content-folder.js";

/** Makes the root of content folders where it is missing, with its policy's group and mode. One that is there is left as it is. */
export const renderRoot = (root: string, policy: FilePolicy | undefined): ShellExpression => sh`
  if [ ! -d ${root} ]; then mkdir -p -- ${root} ${handOver(root, policy)} || exit ${contentFolderExit.rootNotWritable}; fi
`;

const handOver = (root: string, policy: FilePolicy | undefined): ShellExpression =>
  policy === undefined ? sh`` : sh`&& ${policy.group === undefined ? sh`:` : sh`chgrp -- ${policy.group} ${root}`} && chmod -- ${policy.folderMode.toString(8)} ${root}`;
