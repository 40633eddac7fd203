import { z } from "zod";
import { choiceFlag, groupRule, joinedFlag, onFlag, type FlagRule, type FlagRules } from "../../engine/flags/flag-rule.js";

/** What the processes inside may do. Most of it is for root, or needs a grant of the administrator. */
export interface Privileges {
  /** Whether root keeps all capabilities or loses all. */
  readonly root?: "keep" | "drop" | undefined;
  /** E.g. `CAP_NET_RAW`. */
  readonly addCapabilities?: readonly string[] | undefined;
  readonly dropCapabilities?: readonly string[] | undefined;
  /** Programs with a setuid bit work inside; only root may. */
  readonly allowSetuid?: boolean | undefined;
}

/** Restrictions of the kernel. They need privileges or an engine that is built for them. */
export interface SecurityProfile {
  readonly uid?: number | undefined;
  readonly gids?: readonly number[] | undefined;
  /** Path of a profile. */
  readonly seccomp?: string | undefined;
  readonly apparmor?: string | undefined;
  readonly selinux?: string | undefined;
}

export interface PrivilegeOptions {
  readonly privileges?: Privileges | undefined;
  readonly security?: SecurityProfile | undefined;
}

const capability = z.string().regex(/^(?:CAP_)?[A-Za-z_]+$/, { error: "the name of a capability" });
const id = z.int().nonnegative();

export const privilegeShape = {
  privileges: z
    .strictObject({ root: z.enum(["keep", "drop"]).optional(), addCapabilities: z.array(capability).optional(), dropCapabilities: z.array(capability).optional(), allowSetuid: z.boolean().optional() })
    .optional(),
  security: z
    .strictObject({ uid: id.optional(), gids: z.array(id).min(1).optional(), seccomp: z.string().startsWith("/").optional(), apparmor: z.string().min(1).optional(), selinux: z.string().min(1).optional() })
    .optional(),
};

const privileges: FlagRules<Privileges> = {
  root: choiceFlag({ keep: "keep-privs", drop: "no-privs" }),
  addCapabilities: joinedFlag("add-caps"),
  dropCapabilities: joinedFlag("drop-caps"),
  allowSetuid: onFlag("allow-setuid"),
};

/** `--security` is split as a CSV record, and then at its first colon. */
const feature = <Value>(name: string, textOf: (value: Value) => string): FlagRule<Value> => ({
  flags: ["security"],
  write: (value) => [{ flag: "security", value: `${name}:${textOf(value)}`, record: true }],
});

const security: FlagRules<SecurityProfile> = {
  uid: feature("uid", (uid: number) => String(uid)),
  gids: feature("gid", (gids: readonly number[]) => gids.join(":")),
  seccomp: feature("seccomp", (path: string) => path),
  apparmor: feature("apparmor", (profile: string) => profile),
  selinux: feature("selinux", (context: string) => context),
};

export const privilegeRules: FlagRules<PrivilegeOptions> = { privileges: groupRule(privileges), security: groupRule(security) };
