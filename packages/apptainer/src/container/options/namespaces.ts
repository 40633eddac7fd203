import { z } from "zod";
import { groupRule, offFlag, onFlag, textFlag, type FlagRule, type FlagRules } from "../../engine/flags/flag-rule.js";

/** Which of the kernel's name spaces are the container's own. */
export interface Namespaces {
  readonly user?: boolean | undefined;
  readonly ipc?: boolean | undefined;
  readonly uts?: boolean | undefined;
  /** With its own, ending the container ends every process in it. `false` forbids one (1.3). */
  readonly pid?: boolean | undefined;
  /** `false` starts the program as the first process of its own PID namespace, with nothing that reaps orphans. */
  readonly init?: boolean | undefined;
}

export interface NamespaceOptions {
  readonly namespaces?: Namespaces | undefined;
  /** One set of name spaces for all containers that one parent process starts, as the ranks of an MPI job on a node (1.3). */
  readonly shareNamespaces?: boolean | undefined;
  /** The host's name as it is seen inside, in a UTS namespace of its own. */
  readonly hostname?: string | undefined;
}

export const namespaceShape = {
  namespaces: z
    .strictObject({ user: z.boolean().optional(), ipc: z.boolean().optional(), uts: z.boolean().optional(), pid: z.boolean().optional(), init: z.boolean().optional() })
    .refine(({ pid, init }) => init !== false || pid === true, { error: "init: false has an effect only with pid: true", path: ["init"] })
    .optional(),
  shareNamespaces: z.boolean().optional(),
  hostname: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/, { error: "no name of a host" }).optional(),
};

const pid: FlagRule<boolean> = { flags: ["pid", "no-pid"], write: (own) => [{ flag: own ? "pid" : "no-pid" }] };

const rules: FlagRules<Namespaces> = { user: onFlag("userns"), ipc: onFlag("ipc"), uts: onFlag("uts"), pid, init: offFlag("no-init") };

export const namespaceRules: FlagRules<NamespaceOptions> = { namespaces: groupRule(rules), shareNamespaces: onFlag("sharens"), hostname: textFlag("hostname") };
