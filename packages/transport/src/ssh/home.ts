import { homedir } from "node:os";
import { join } from "node:path";

/** `~/` is the home folder, as in a shell. */
export const withHome = (file: string): string => (file.startsWith("~/") ? join(homedir(), file.slice(2)) : file);
