import { wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";
import { listFlag, textFlag, type FlagRule, type FlagRules } from "../../engine/flags/flag-rule.js";

/** A folder of the host as the home folder inside. */
export interface HomeFolder {
  /** Absolute, without a colon: one would end it. */
  readonly source: string;
  /** Where it is seen (default: at the same path). */
  readonly destination?: string | undefined;
}

/** Folders of the host that a container sees by itself, or does not. */
export interface FolderOptions {
  /**
   * Whether the account's home folder and the current folder are seen inside, as Apptainer does by default; or another
   * folder as the home. With `none` a command cannot start in either: say where with `cwd`, e.g. `/`. `contain` leaves no `host`.
   */
  readonly home?: "host" | "none" | HomeFolder | undefined;
  /** What a site's configuration mounts, and this container does not want: `tmp`, `bind-paths`, or an absolute destination. */
  readonly withoutMounts?: readonly string[] | undefined;
  /** Where /tmp, /var/tmp and the home of a contained container are kept, and scratch folders, instead of in memory. */
  readonly workFolder?: Word | undefined;
  /** Empty writable folders inside, gone at the end. */
  readonly scratch?: readonly string[] | undefined;
  /** Where the command starts, inside (1.3). A launch's own `cwd` comes after it. */
  readonly cwd?: Word | undefined;
}

const colonless = z.string().regex(/^\/[^:\0]*$/, { error: "an absolute path without a colon, which would end it" });

export const withoutMountNames = ["proc", "sys", "dev", "devpts", "home", "tmp", "hostfs", "cwd", "bind-paths"] as const;

export const folderShape = {
  home: z.union([z.enum(["host", "none"]), z.strictObject({ source: colonless, destination: colonless.optional() })]).optional(),
  withoutMounts: z.array(z.union([z.enum(withoutMountNames), z.string().startsWith("/")])).optional(),
  workFolder: wordSchema.optional(),
  scratch: z.array(z.string().startsWith("/")).optional(),
  cwd: wordSchema.optional(),
};

const home: FlagRule<NonNullable<FolderOptions["home"]>> = {
  flags: ["home", "no-mount"],
  write: (value) => {
    if (value === "host") return [];
    // --no-home alone does nothing when the current folder is the home folder.
    if (value === "none") return [{ flag: "no-mount", value: "home,cwd" }];
    return [{ flag: "home", value: value.destination === undefined ? value.source : `${value.source}:${value.destination}` }];
  },
};

export const folderRules: FlagRules<FolderOptions> = {
  home,
  withoutMounts: listFlag("no-mount"),
  workFolder: textFlag("workdir"),
  scratch: listFlag("scratch"),
  cwd: textFlag("cwd"),
};
