import { z } from "zod";
import { withHome } from "../home.js";
import { plainValue } from "./plain-value.js";

/** Which configuration of ssh is heard: `~/.ssh/config` and `/etc/ssh/ssh_config` (`user`), a file in place of both, or none at all. */
export type SshConfig = "user" | "none" | { readonly file: string };

export const sshConfigSchema: z.ZodType<SshConfig> = z.union([z.enum(["user", "none"]), z.strictObject({ file: plainValue })], { error: 'a config is "user", "none" or { file }' });

/** Words for ssh that say which. A file may be called `none`, too. @see ssh(1), `-F` */
export function configArguments(config: SshConfig): readonly string[] {
  if (config === "user") return [];
  return ["-F", config === "none" ? config : /^none$/i.test(config.file) ? `./${config.file}` : withHome(config.file)];
}
