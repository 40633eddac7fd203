/** What an engine is told to do, as it is written on its command line. `global` stands for the flags before the verb. */
export type Verb =
  | "global"
  | "exec"
  | "run"
  | "shell"
  | "instance start"
  | "instance run"
  | "instance list"
  | "instance stop"
  | "instance stats"
  | "build"
  | "pull"
  | "push"
  | "inspect"
  | "cache list"
  | "cache clean"
  | "overlay create"
  | "sign"
  | "verify"
  | "key list"
  | "key newpair"
  | "key import"
  | "key export"
  | "key remove"
  | "key search"
  | "key pull"
  | "key push";

export const verbs = [
  "global",
  "exec",
  "run",
  "shell",
  "instance start",
  "instance run",
  "instance list",
  "instance stop",
  "instance stats",
  "build",
  "pull",
  "push",
  "inspect",
  "cache list",
  "cache clean",
  "overlay create",
  "sign",
  "verify",
  "key list",
  "key newpair",
  "key import",
  "key export",
  "key remove",
  "key search",
  "key pull",
  "key push",
] as const satisfies readonly Verb[];
