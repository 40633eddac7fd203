import type { FilePolicy } from "@hpckit/core";

/**
 * Words for tar, GNU's or libarchive's, that unpack its input into a folder of ours, under umask 000. What comes out belongs to the
 * account, and has the permission bits of its original but no setuid, setgid or sticky bit; a setgid bit that the folder hands down stays.
 *
 * With a policy GNU tar is kept from giving the folder itself the mode of the one that was packed, before what is in it has group and mode.
 */
export const unpacking = (policy: FilePolicy | undefined, times: boolean, isGnu = true): readonly string[] => [
  "-xf",
  "-",
  "--no-same-owner",
  "--no-same-permissions",
  ...(times ? [] : ["-m"]),
  ...(policy !== undefined && isGnu ? ["--no-overwrite-dir"] : []),
];
