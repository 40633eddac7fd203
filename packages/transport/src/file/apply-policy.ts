import { sh, type FilePolicy, type ShellExpression } from "@hpckit/core";
import { z } from "zod";

/** Permission bits as chmod reads them. */
export const octalMode = (mode: number): string => mode.toString(8).padStart(4, "0");

/** Gives `$1` to the group of a policy; followed by what needs it. */
export const setGroup = ({ group }: FilePolicy): ShellExpression => (group === undefined ? sh`` : sh`chgrp -- ${group} "$1" &&`);

const mode = z.number().int().min(0).max(0o7777);
export const policySchema: z.ZodType<FilePolicy> = z.strictObject({ fileMode: mode, folderMode: mode, group: z.string().regex(/^[\w.@+-]+$/, "not a name of a group").optional() });
