import { callbackSchema, timeLimitSchema, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { connectionShape, type ConnectionOptions } from "../reconnect/connection-options.js";
import { plainHost, plainUser } from "./config/plain-value.js";
import { sshConfigSchema, type SshConfig } from "./config/ssh-config.js";
import { hostKeyShape, hostName, type HostKeyOptions } from "./host-key-options.js";
import { identityShape, type IdentityOptions } from "./identity-options.js";
import type { AnswerPrompt } from "./sign-in-prompt.js";

/** One machine to sign in to: the login node, or a jump host on the way. */
export interface SshHost extends HostKeyOptions, IdentityOptions {
  /** Name or address; with `config` also an alias that stands there (`Host`). */
  readonly host: string;
  /** By default 22, or what `config` says. */
  readonly port?: number | undefined;
  /** Needed unless there is a `config`. */
  readonly user?: string | undefined;
  /**
   * ssh's configuration, for all that is left out here; by default none. It is read by the `ssh` of this machine (`ssh -G`). A jump host that
   * says nothing has that of the login node.
   */
  readonly config?: SshConfig | undefined;
}

/** What {@link connectSsh} accepts. */
export interface SshOptions extends SshHost, ConnectionOptions, Cancellable {
  /**
   * Hosts on the way, the first one first; none of the options of the login node hold for them but `config` and `knownHosts`. By default
   * those of the configuration (`ProxyJump`); an empty list for none.
   */
  readonly jump?: SshHost | readonly SshHost[] | undefined;
  /** Answers one-time codes and passwords, for every host on the way. Without it a server that asks is an error. */
  readonly answer?: AnswerPrompt | undefined;
  /** Milliseconds for one answer; by default 120,000, after which servers hang up as a rule (`LoginGraceTime`). `Infinity` for no limit. */
  readonly answerTimeoutMs?: number | undefined;
  /** After so many seconds of silence the server is asked for a word; by default 15. */
  readonly keepaliveSeconds?: number | undefined;
  /** A connection that says nothing for so many times `keepaliveSeconds`, and takes nothing either, is lost; by default 3. */
  readonly keepaliveTries?: number | undefined;
}

const filled = z.string().min(1);

const hostShape = {
  host: hostName,
  port: z.number().int().min(1).max(65_535).optional(),
  user: filled.optional(),
  config: sshConfigSchema.optional(),
  ...hostKeyShape,
  ...identityShape,
};

type Complain = (path: readonly (string | number)[], message: string) => void;

/** @param config - the one that counts for this host. */
function judgeHost({ host, user, knownHosts, hostKeys }: SshHost, config: SshHost["config"], complain: Complain): void {
  if (knownHosts !== undefined && hostKeys !== undefined) complain(["hostKeys"], "stand in place of knownHosts: give one of the two");
  if (config === undefined || config === "none") {
    if (user === undefined) complain(["user"], "needed, or give config, and ssh's configuration says it");
    return;
  }
  // They reach ssh, and shells as %h and %r.
  if (!plainHost.safeParse(host).success) complain(["host"], "not a name, an address or an alias of ssh's configuration");
  if (user !== undefined && !plainUser.safeParse(user).success) complain(["user"], "not a name of a user for ssh's configuration");
}

const hop = z.strictObject(hostShape);

export const sshOptionsSchema: z.ZodType<SshOptions> = z
  .strictObject({
    ...hostShape,
    jump: z.union([hop, z.array(hop).readonly()], { error: "a jump host is { host, port?, user?, … }, as the login node itself; or a list of them" }).optional(),
    answer: callbackSchema<AnswerPrompt>("a function that gives a Secret").optional(),
    answerTimeoutMs: timeLimitSchema.optional(),
    keepaliveSeconds: z.number().positive().max(3_600).optional(),
    keepaliveTries: z.number().int().positive().max(1_000).optional(),
    ...connectionShape,
  })
  .superRefine((options, context) => {
    const complain: Complain = (path, message) => context.addIssue({ code: "custom", path: [...path], message });
    judgeHost(options, options.config, complain);
    for (const [index, each] of hopsOf(options).entries()) judgeHost(each, each.config ?? options.config, (path, message) => complain(["jump", index, ...path], message));
  });

const alwaysChecked = "host keys are always checked, against known_hosts, or against knownHosts or hostKeys";

/** What people look for who come from other clients. */
export const insteadOf: Readonly<Record<string, string>> = {
  password: "answer gives it when the server asks: answer: async () => secret(…)",
  passphrase: "it belongs to its key: privateKey: { file, passphrase }",
  hostVerifier: alwaysChecked,
  strictHostKeyChecking: alwaysChecked,
};

/** The jump hosts that a caller names, as a list. */
export const hopsOf = ({ jump }: Pick<SshOptions, "jump">): readonly SshHost[] => (jump === undefined ? [] : "host" in jump ? [jump] : jump);
