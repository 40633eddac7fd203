import { sh, type FilePolicy, type ShellExpression } from "@hpckit/core";

/** Permission bits as chmod reads them. */
export const octalMode = (mode: number): string => mode.toString(8).padStart(4, "0");

/** What a file gets that its owner may execute: it stays executable for all who may read it. */
export const programMode = ({ fileMode }: FilePolicy): number => fileMode | ((fileMode & 0o444) >> 2);

/** Whether the owner of a file may execute it. */
export const isProgram = (mode: number): boolean => (mode & 0o100) !== 0;

/** Gives `$1` to the group of a policy; followed by what needs it. */
export const setGroup = ({ group }: FilePolicy): ShellExpression => (group === undefined ? sh`` : sh`chgrp -- ${group} "$1" &&`);
