import { z } from "zod";

/** Such a value would be read as an option of ssh, and could name a program to run. */
const noHyphen = "cannot begin with a hyphen: ssh would take it for an option";

export const plainValue = z
  .string()
  .min(1)
  .regex(/^(?!-)/, noHyphen)
  .regex(/^\P{Cc}*$/u, "cannot hold control characters");

/** Names reach shells (`ProxyCommand`, `Match exec`) as `%h`, `%n` and `%r`: nothing that a shell could read is let through. */
export const plainHost = plainValue.regex(/^[\w.:%+-]+$/, "not a name, an address or an alias of a host; give user and port by themselves");
export const plainUser = plainValue.regex(/^[\w.@+-]+$/, "not a name of a user");
