import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { lines, raw, sh, type Cancellable, type ShellExpression } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { SlurmError } from "../error/slurm-error.js";
import { intoFolder } from "../submit/claim-shell.js";
import { cleanShell } from "../submit/submit-over-command-line.js";
import { newNonce } from "../submit/submit-request.js";
import { parseSetRecord, renderedNonce, renderSetRecord, type SetRecord } from "./set-record.js";

/** Where what was decided about sets stands: of each set a folder, with a small file for each decision. */
export const setFolder = (stateFolder: string, cluster: string): string => posix.join(stateFolder, "sets", cluster);

/** The records of a set on the shared file system. What could not be read or written is an error, and never the end of the records. */
export interface SetLogFiles {
  /**
   * Those after the first `known`. From the first on means those of the set that is there now; all later calls are about that one.
   * @throws SlurmError `set-log-unusable`; `set-record-unreadable`, where what was decided cannot be known; `set-forgotten`, also where another set was begun since
   */
  readAfter(known: number, options?: Cancellable): Promise<readonly SetRecord[]>;
  /**
   * Writes a record down as the next after the first `known`, unless another client was first.
   * @returns all after those that were known, one at least: the first says whether it was ours.
   * @throws as `readAfter`. The record may have been written then; who reads on finds out.
   */
  append(known: number, record: SetRecord, options?: Cancellable): Promise<{ readonly records: readonly SetRecord[]; readonly appended: boolean }>;
  /** Removes all of them, unless there are more than `known`. @returns whether they are gone. */
  remove(known: number, options?: Cancellable): Promise<boolean>;
}

/** Goes into the folder of a set; without one it has no records, or none any more. A listing has a file server's clients look anew. */
const enterSet = (folder: string, token: string, known: number, say: ShellExpression): ShellExpression => sh`
  hpckit_say() { printf '%s %s\n' ${say} "$1"; }
  ${intoFolder(folder)} || exit 1
  if [ ! -d ${token} ]; then
    ls >/dev/null || exit 1
  fi
  if [ ! -d ${token} ]; then
    hpckit_say ${known === 0 ? "end" : "forgotten"}
    exit 0
  fi
  cd -- ${token} && ls >/dev/null || exit 1
  [ ${known} -eq 0 ] || [ -e ${String(known)} ] || { hpckit_say forgotten; exit 0; }
`;

/** Another set may have been begun under the key since, and have as many records. */
const staySame = (firstNonce: string): ShellExpression => sh`
  grep -qF -- ${renderedNonce(firstNonce)} 1
  case $? in
    0) ;;
    1) hpckit_say forgotten; exit 0 ;;
    *) exit 1 ;;
  esac
`;

/** Prints the records after the first `known`, each behind a line that says so; they are numbered without a gap. */
const showRecords = (known: number): ShellExpression => sh`
  hpckit_number=${known + 1}
  while [ -e "$hpckit_number" ]; do
    cat -- "$hpckit_number" || exit 1
    hpckit_say record
    hpckit_number=$((hpckit_number + 1))
  done
  hpckit_say end
`;

/** The record is written aside and linked into place: it is there whole or not at all, and of two that are written at once one stays. */
const linkRecord = (number: number, nonce: string, text: string, marker: string): ShellExpression =>
  lines(
    sh`
      hpckit_draft=${`draft-${nonce}`}
      trap 'rm -f -- "$hpckit_draft"' EXIT
      cat >"$hpckit_draft" <<'${raw(marker)}' || exit 1
    `,
    raw(`${text}\n${marker}`),
    // Somebody else's is no failure, and a file server may say so of our own.
    sh`hpckit_said=$(ln -- "$hpckit_draft" ${String(number)} 2>&1) || [ -e ${String(number)} ] || { printf '%s\n' "$hpckit_said" >&2; exit 1; }`,
  );

/** Renamed before it is removed: who begins a set of the same key finds none of its records, or all. What others left on the way goes, too. */
const removeSet = (token: string, known: number, nonce: string): ShellExpression => sh`
  if [ -e ${String(known + 1)} ]; then
    hpckit_say changed
    exit 0
  fi
  cd .. && mv -- ${token} ${`${token}.gone-${nonce}`} && rm -rf -- ./*.gone-* || exit 1
  hpckit_say end
`;

/** For good: there is nothing that a later look could find. */
export const setForgotten = (folder: string, known: number): SlurmError =>
  new SlurmError("set-forgotten", `the records of the set in ${folder}, of which this client knew ${known}, were removed: nothing more of it is sent from here; jobs that were sent go on (set.arrays() has them), and submitting the set again begins it anew, or goes on with the one that was begun since`);

export function openSetLog(commandLine: CommandLine, folder: string, token: string): SetLogFiles {
  /** @returns all that was printed, cut at the marker; the last word said first. */
  const ask = async (known: number, script: (marker: string) => ShellExpression, { signal }: Cancellable): Promise<{ readonly last: string; readonly texts: readonly string[] }> => {
    const marker = `hpckit-${randomUUID()}`;
    const stdin = lines(sh`umask 077`, script(marker)).shell;
    const { stdout, stderr } = await commandLine.transport.exec(cleanShell(commandLine), { stdin: `${stdin}\n`, signal, timeoutMs: 120_000 });
    const last = new RegExp(`^${marker} (end|changed|forgotten)$`, "m").exec(stdout);
    if (last === null) throw new SlurmError("set-log-unusable", `the records of a set were not read or written in ${folder}/${token}: is there room, and may this user write there? { stateFolder } of connectSlurm names another. ${(stderr || stdout).trim().slice(-300)}`, { retryable: true });
    if (last[1] === "forgotten") throw setForgotten(`${folder}/${token}`, known);
    return { last: last[1] ?? "", texts: stdout.slice(0, last.index).split(`${marker} record\n`).slice(0, -1) };
  };
  /** Of the set's first record; undefined while none is known. */
  let firstNonce: string | undefined;
  const enter = (known: number, marker: string): ShellExpression => lines(enterSet(folder, token, known, raw(marker)), known === 0 || firstNonce === undefined ? undefined : staySame(firstNonce));
  const parse = (known: number, texts: readonly string[]): readonly ReturnType<typeof parseSetRecord>[] => {
    const found = texts.map(parseSetRecord);
    if (known === 0) firstNonce = found[0]?.nonce;
    return found;
  };
  return {
    readAfter: async (known, options = {}) => {
      const { texts } = await ask(known, (marker) => lines(enter(known, marker), showRecords(known)), options);
      return parse(known, texts).map(({ record }) => record);
    },
    append: async (known, record, options = {}) => {
      const nonce = newNonce();
      const { texts } = await ask(
        known,
        (marker) => lines(known === 0 ? sh`mkdir -p -- ${posix.join(folder, token)} || exit 1` : undefined, enter(known, marker), linkRecord(known + 1, nonce, renderSetRecord(record, nonce), marker), showRecords(known)),
        options,
      );
      const found = parse(known, texts);
      if (found.length === 0) throw new SlurmError("set-log-unusable", `a decision was neither written nor found in ${folder}/${token}`, { retryable: true });
      return { records: found.map((each) => each.record), appended: found[0]?.nonce === nonce };
    },
    remove: async (known, options = {}) => (await ask(known, (marker) => lines(enter(known, marker), removeSet(token, known, newNonce())), options)).last === "end",
  };
}
