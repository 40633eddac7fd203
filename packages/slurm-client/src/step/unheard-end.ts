import type { ExecResult } from "@hpckit/core";

/**
 * srun ends with 0, too, where its step was ended and it did not hear in time how the tasks did: it says that last. Seen on 26.05.5, under load.
 * @see src/api/step_launch.c, `slurm_step_launch_wait_finish`
 */
const heardNoEnd = /(?:^|\n)srun: error: Timed out waiting for job step to complete\n(?:srun: .*\n)*$/;

/** Takes what srun does not know for no success. */
export const withoutUnheardEnd = (result: ExecResult, said: string): ExecResult => (result.ok && heardNoEnd.test(said) ? { ...result, ok: false, exitCode: undefined } : result);
