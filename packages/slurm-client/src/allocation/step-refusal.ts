import type { ExecResult } from "@hpckit/core";
import { StepRefusedError } from "../error/step-errors.js";
import { saysGone } from "./allocation-loss.js";

/** What srun says where it could start no step; a site's plugins can say more. Recorded on 22.05.8, 24.11.5 and 26.05.5. */
const refusal = /^srun: error: (?:Unable to create step for job [^:\n]+: (.+)|((?:Only allocated \d+ nodes? asked for|Hostlist is empty|Invalid generic resource|Requested het-group offset).*))$/m;

/** What srun says of the end of a task: then there was a step, and its tasks can say what they like. */
const saysTaskEnd = /^srun: (?:error: |\S+ \S+: )?[^\s:]+: tasks? [\d,-]+: \S/m;

const remedies: readonly { readonly says: RegExp; readonly remedy: string; readonly retryable?: boolean }[] = [
  { says: /More processors requested/, remedy: "ask for fewer tasks or CPUs (ntasks, cpusPerTask), or allocate more" },
  { says: /Only allocated|node configuration|Hostlist is empty/, remedy: "ask for nodes of the job alone, and for no more of them (nodes, nodelist, exclude), or allocate more" },
  { says: /Memory required/, remedy: "ask for less memory (memory, memoryPerCpu), or allocate more" },
  { says: /generic resource/, remedy: "ask for what the job has (gres, gpusPerTask), or allocate that" },
  { says: /het-group/, remedy: "name components that the job has (hetGroups)" },
  { says: /busy|temporarily/, remedy: "other steps have what it asks for, and it was not to wait: start it later", retryable: true },
  { says: /contact slurm controller|Connection refused|timed out|standby|Zero Bytes/i, remedy: "the controller did not answer: start it again", retryable: true },
];

/**
 * Tells a step that was never started from one that failed: srun ends with 1 in both cases. A step that waits for others
 * (`step creation temporarily disabled, retrying`) is not refused, and one whose job is gone is lost with that.
 * @throws StepRefusedError
 */
export function refuseRefused(jobId: string, result: ExecResult, said: string): ExecResult {
  if (result.ok || saysGone.test(said) || saysTaskEnd.test(said)) return result;
  const [, reason, own] = refusal.exec(said) ?? [];
  const words = reason ?? own;
  if (words === undefined) return result;
  const { remedy, retryable = false } = remedies.find(({ says }) => says.test(words)) ?? { remedy: "ask for less, or allocate more" };
  throw new StepRefusedError(jobId, words, remedy, { retryable });
}
