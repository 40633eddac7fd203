import { secretFiles, type Cancellable, type Transport } from "@hpckit/core";
import { posix } from "node:path";
import { chunksOf } from "../cluster/chunks-of.js";
import { renderSecrets } from "./batch-script.js";
import type { SubmissionPlan } from "./submission-plan.js";

type SecretsOfPlan = Pick<SubmissionPlan, "secretsFile" | "secrets">;

/** Writes the secrets of a submission where its script will read them: mode 0600 in a folder of mode 0700, whole or not at all. */
export async function writeSecrets(transport: Transport, plan: SecretsOfPlan, options: Cancellable): Promise<void> {
  if (plan.secretsFile === undefined) return;
  const { signal } = options;
  await transport.mkdir(posix.dirname(plan.secretsFile), { recursive: true, policy: secretFiles, signal });
  await transport.writeFile(plan.secretsFile, renderSecrets(plan.secrets), { policy: secretFiles, signal });
}

/** Removes it; a file that is gone is no error. */
export async function removeSecrets(transport: Transport, secretsFile: string | undefined, options: Cancellable = {}): Promise<void> {
  if (secretsFile !== undefined) await transport.remove(secretsFile, options);
}

/** So many at a time: whatever else goes over the connection must not wait for all. */
const mostRemovals = 8;

/** Removes what no job reads any more. Best effort: what became of the submissions is what counts. */
export async function removeUnused(transport: Transport, secretsFiles: readonly (string | undefined)[], options: Cancellable = {}): Promise<void> {
  for (const some of chunksOf(secretsFiles, mostRemovals)) await Promise.all(some.map((file) => removeSecrets(transport, file, options).catch(() => undefined)));
}
