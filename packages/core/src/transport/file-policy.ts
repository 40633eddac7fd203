import { z } from "zod";

/**
 * Who may read what is written. Groups share folders on a cluster: files that others need must not come out private by
 * the accident of a umask. Secrets are the exception: see {@link secretFiles}.
 */
export interface FilePolicy {
  /** Permission bits of files, e.g. `0o664`. */
  readonly fileMode: number;
  /** Permission bits of folders, e.g. `0o2775`: with setgid, what is made inside keeps the group. */
  readonly folderMode: number;
  /** Name of the group that owns what is written; by default the folder or the account decides. */
  readonly group?: string | undefined;
}

/** For secrets alone: nobody but the account. */
export const secretFiles: FilePolicy = { fileMode: 0o600, folderMode: 0o700 };

/** Shared with a group, and with everyone for reading. */
export const groupFiles = (group: string): FilePolicy => ({ fileMode: 0o664, folderMode: 0o2775, group });

const mode = z.int().min(0).max(0o7777);

/** For options that carry a policy. */
export const filePolicySchema: z.ZodType<FilePolicy, FilePolicy> = z.strictObject({
  fileMode: mode,
  folderMode: mode,
  group: z
    .string()
    .regex(/^[\w.@+-]+$/, { error: "not a name of a group" })
    .optional(),
});
