import { lines, sh, type ShellExpression } from "@hpckit/core";
import { beginClaims, claimFunctions, showClaims } from "./claim-shell.js";
import type { SbatchReply } from "./sbatch-answer.js";
import type { ScriptedSubmission } from "./submit-script.js";

type ScriptedClaim = Pick<ScriptedSubmission, "token" | "attempt" | "nonce" | "header" | "folders">;

const begin = (folder: string, marker: string): ShellExpression => sh`
  ${showClaims(marker)}
  ${claimFunctions}

  ${beginClaims(folder)}
`;

/** The shell that claims keys, for jobs that are queued by other means than sbatch. */
export const renderClaimScript = (folder: string, marker: string, claims: readonly ScriptedClaim[]): ShellExpression =>
  lines(
    begin(folder, marker),
    ...claims.map(({ token, attempt, nonce, header, folders }, index) => sh`hpckit_ready ${index} ${folders} && hpckit_claim ${index} ${token} ${attempt} ${nonce} ${header} && hpckit_say ${index} claimed`),
    sh`hpckit_say - done`,
  );

/** What is known of an attempt that was claimed. */
export interface ScriptedAnswer extends Pick<ScriptedSubmission, "token" | "attempt" | "nonce"> {
  /** As sbatch would have answered; undefined where nothing was queued, for certain: its key is free for the next attempt. */
  readonly reply: SbatchReply | undefined;
}

/** The shell that records answers in claims that were made before. */
export const renderRecordScript = (folder: string, marker: string, answers: readonly ScriptedAnswer[]): ShellExpression =>
  lines(
    begin(folder, marker),
    ...answers.map(({ token, attempt, nonce, reply }, index) =>
      lines(sh`hpckit_name ${index} ${token} ${attempt} ${nonce}`, reply === undefined ? sh`hpckit_release` : sh`hpckit_record ${reply.exitCode} ${reply.printed}`),
    ),
    sh`hpckit_say - done`,
  );
