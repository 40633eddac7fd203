import { Secret, secret } from "@hpckit/core";
import { issueAt, type ConfigIssue } from "../config/config-error.js";
import type { MergedSetting, MergedSettings } from "../layer/merge-layers.js";
import { isSecretSchema } from "../schema/fields.js";
import { locate, readSource, readVariable } from "../source/read-source.js";
import { secretReference, type SecretReference } from "./secret-value.js";

export interface FetchedSecrets {
  readonly settings: MergedSettings;
  readonly issues: readonly ConfigIssue[];
}

/** Replaces `{ file }` and `{ environment }` of the values that hold by the secrets themselves. */
export async function fetchSecrets(settings: MergedSettings): Promise<FetchedSecrets> {
  const issues: ConfigIssue[] = [];
  const fetched = await Promise.all([...settings].map(async ([name, setting]) => {
    const reference = isSecretSchema(setting.schema) ? secretReference(setting.value) : undefined;
    if (reference === undefined) return [name, setting] as const;
    const found = await fetchSecret(reference, setting);
    if (!(found instanceof Secret)) issues.push(issueAt(name, found.reason, setting.origin));
    // What a fetched secret holds is never looked through for references.
    return [name, { ...setting, value: found instanceof Secret ? found : undefined, literal: true }] as const;
  }));
  return { settings: new Map(fetched), issues };
}

async function fetchSecret(reference: SecretReference, setting: MergedSetting): Promise<Secret | { readonly reason: string }> {
  if ("environment" in reference) {
    const value = readVariable(reference.environment);
    return value === undefined ? { reason: `the variable ${reference.environment} of this process is not set` } : secret(value);
  }
  const path = locate(reference.file, setting.folder);
  const found = await readSource(path);
  if (found.kind === "not-found") return { reason: `there is no secret file ${path}` };
  if (found.kind === "unreadable") return { reason: `the secret file ${path} ${found.reason}` };
  if (!found.file.isPrivate) return { reason: `others may read the secret file ${path} (mode 0${found.file.mode.toString(8)}); chmod 600 it` };
  return secret(found.file.text.replace(/\r?\n$/, ""));
}
