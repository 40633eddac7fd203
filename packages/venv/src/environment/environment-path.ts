import { z } from "zod";

/**
 * An absolute folder in which an environment can work: without `..`, repeated and trailing slashes.
 *
 * A colon would divide PATH, and pip writes the folder between double quotes into the first lines of its programs, where
 * a shell reads `"`, `$`, a backtick, a backslash and a line break as something else.
 * @see pip, distlib's scripts.py, for folders with a blank or over 127 bytes
 */
export const environmentPath: z.ZodType<string, string> = z
  .string()
  .startsWith("/", { error: "not an absolute path" })
  .refine((path) => !/["$`\\:\p{Cc}]/u.test(path), { error: 'a folder with a colon, ", $, `, \\ or a control character in its path cannot hold an environment' })
  .refine((path) => !path.split("/").includes(".."), { error: 'what ".." means depends on links: write the path without it' })
  .transform((path) => `/${path.split("/").filter((part) => part !== "" && part !== ".").join("/")}`);
