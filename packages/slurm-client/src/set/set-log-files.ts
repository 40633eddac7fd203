import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { lines, OutputUnreadableError, raw, sh, type Cancellable, type ShellExpression } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { cleanShell } from "../submit/submit-over-command-line.js";
import { newNonce } from "../submit/submit-request.js";
import { parseSetRecord, renderSetRecord, type SetRecord } from "./set-record.js";

/** Where what was decided about sets stands: flat, a small file for each decision. */
export const setFolder = (stateFolder: string, cluster: string): string => posix.join(stateFolder, "sets", cluster);

/** Prints the records of a set from a number on, each behind the marker; they are numbered without a gap. */
const showRecords = (folder: string, token: string, from: number, marker: string): ShellExpression => sh`
  hpckit_number=${from}
  while cat -- ${`${folder}/${token}`}."$hpckit_number" 2>/dev/null; do
    printf '%s\n' ${marker}
    hpckit_number=$((hpckit_number + 1))
  done
  printf '%s end\n' ${marker}
`;

/** The record is written aside and linked into place: it is there whole or not at all, and of two that are written at once one stays. */
const appendRecord = (folder: string, token: string, number: number, nonce: string, text: string, marker: string): ShellExpression =>
  lines(
    sh`
      umask 077
      mkdir -p -- ${folder} && cd -- ${folder} || exit 1
      hpckit_draft=${`${token}.draft-${nonce}`}
      trap 'rm -f -- "$hpckit_draft"' EXIT
      cat >"$hpckit_draft" <<'${raw(marker)}' || exit 1
    `,
    raw(`${text}\n${marker}`),
    sh`ln -- "$hpckit_draft" ${`${token}.${number}`} 2>/dev/null`,
  );

/** The records of a set on the shared file system. */
export interface SetLogFiles {
  /** Those after the first `known`. @throws OutputUnreadableError, where what was decided cannot be read. */
  readAfter(known: number, options?: Cancellable): Promise<readonly SetRecord[]>;
  /**
   * Writes a record down as the next after the first `known`, unless another client was first.
   * @returns all after those that were known: the last says whether it was ours.
   */
  append(known: number, record: SetRecord, options?: Cancellable): Promise<{ readonly records: readonly SetRecord[]; readonly appended: boolean }>;
}

export function openSetLog(commandLine: CommandLine, folder: string, token: string): SetLogFiles {
  const ask = async (script: (marker: string) => ShellExpression, { signal }: Cancellable): Promise<readonly { readonly record: SetRecord; readonly nonce: string }[]> => {
    const marker = `hpckit-${randomUUID()}`;
    const { stdout, stderr } = await commandLine.transport.exec(cleanShell(commandLine), { stdin: `${script(marker).shell}\n`, signal, timeoutMs: 120_000 });
    const [body, rest] = stdout.split(`${marker} end\n`);
    if (rest === undefined) throw new OutputUnreadableError("the records of a set", `neither written nor read in ${folder}: is there room, and may this account write there?`, stderr || stdout);
    return (body ?? "").split(`${marker}\n`).slice(0, -1).map(parseSetRecord);
  };
  return {
    readAfter: async (known, options = {}) => (await ask((marker) => showRecords(folder, token, known + 1, marker), options)).map(({ record }) => record),
    append: async (known, record, options = {}) => {
      const nonce = newNonce();
      const found = await ask((marker) => lines(appendRecord(folder, token, known + 1, nonce, renderSetRecord(record, nonce), marker), showRecords(folder, token, known + 1, marker)), options);
      return { records: found.map((each) => each.record), appended: found[0]?.nonce === nonce };
    },
  };
}
