import { sh, type FilePolicy, type ShellExpression } from "@hpckit/core";

/** Permission bits as chmod reads them. */
export const octalMode = (mode: number): string => mode.toString(8).padStart(4, "0");

/** Gives `$1` to the group of a policy; followed by what needs it. */
export const setGroup = ({ group }: FilePolicy): ShellExpression => (group === undefined ? sh`` : sh`chgrp -- ${group} "$1" &&`);
