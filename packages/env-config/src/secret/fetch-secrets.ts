import { Secret, secret } from "@hpckit/core";
import { issueAt, type ConfigIssue } from "../config/config-error.js";
import type { MergedSetting, MergedSettings } from "../layer/merge-layers.js";
import { isSecretSchema } from "../schema/fields.js";
import { locate, readAccess, readSource, readVariable } from "../source/read-source.js";
import { runProgram, type RunProgramOptions } from "../source/run-program.js";
import { whyNotPrivate, whyNotTrusted } from "./private-file.js";
import { secretReference, type SecretReference } from "./secret-value.js";

export interface FetchedSecrets {
  readonly settings: MergedSettings;
  readonly issues: readonly ConfigIssue[];
}

/** Replaces `{ file }`, `{ environment }` and `{ command }` of the values that hold by the secrets themselves. */
export async function fetchSecrets(settings: MergedSettings, signal?: AbortSignal): Promise<FetchedSecrets> {
  const issues: ConfigIssue[] = [];
  const fetched = await Promise.all([...settings].map(async ([name, setting]) => {
    const reference = isSecretSchema(setting.schema) ? secretReference(setting.value) : undefined;
    if (reference === undefined) return [name, setting] as const;
    const found = await fetchSecret(reference, setting, signal);
    if (!(found instanceof Secret)) issues.push(issueAt(name, found.reason, setting.origin));
    // What a fetched secret holds is never looked through for references.
    return [name, { ...setting, value: found instanceof Secret ? found : undefined, literal: true }] as const;
  }));
  return { settings: new Map(fetched), issues };
}

type Fetched = Secret | { readonly reason: string };

async function fetchSecret(reference: SecretReference, { folder }: MergedSetting, signal: AbortSignal | undefined): Promise<Fetched> {
  if ("file" in reference) return readSecretFile(locate(reference.file, folder));
  if ("command" in reference) return runSecretCommand(reference, { folder, signal });
  const value = readVariable(reference.environment);
  return value === undefined ? { reason: `the variable ${reference.environment} of this process is not set` } : secret(value);
}

async function readSecretFile(path: string): Promise<Fetched> {
  const found = await readSource(path);
  if (found.kind === "not-found") return { reason: `there is no secret file ${path}` };
  if (found.kind === "unreadable") return { reason: `the secret file ${path} ${found.reason}` };
  const reason = whyNotPrivate(found.file);
  return reason === undefined ? secret(withoutLastBreak(found.file.text)) : { reason: `the secret file ${path} is refused: ${reason}` };
}

const defaultTimeLimitMs = 30_000;

/** Arguments are not shown: one may be a secret that somebody put there. */
async function runSecretCommand({ command, timeLimitMs = defaultTimeLimitMs }: Extract<SecretReference, { command: unknown }>, { folder, signal }: Pick<RunProgramOptions, "folder" | "signal">): Promise<Fetched> {
  const beside = isBeside(command[0]) ? await readAccess(locate(command[0], folder)) : undefined;
  const reason = beside === undefined ? undefined : whyNotTrusted(beside);
  if (reason !== undefined) return { reason: `the command ${command[0]} is not run: ${reason}` };
  const end = await runProgram(command, { folder, timeLimitMs, signal });
  if (end.kind === "failed") return { reason: `the command ${command[0]} ${end.reason}` };
  const text = withoutLastBreak(end.stdout);
  return text === "" ? { reason: `the command ${command[0]} printed nothing` } : secret(text);
}

/** A program that comes with the configuration, as `./give`, is trusted like its files; those of the PATH and of the site are not judged. */
const isBeside = (program: string): boolean => program.includes("/") && !program.startsWith("/");

const withoutLastBreak = (text: string): string => text.replace(/\r?\n$/, "");
