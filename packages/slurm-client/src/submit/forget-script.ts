import { lines, OutputUnreadableError, sh, type ShellExpression } from "@hpckit/core";
import { attemptName, fenceName } from "./claim-folder.js";
import type { ClaimAttempt, Fence, FoundClaims } from "./claim-record.js";
import { enterFolder } from "./claim-shell.js";

export interface ForgetPlaces {
  /** Of the claims. */
  readonly folder: string;
  readonly secretsFolder: string;
}

/** The records of one key as they were when it was decided that they may go. */
export interface JudgedRecords extends FoundClaims {
  readonly token: string;
  /** Unguessable, of the attempt that keeps others away meanwhile. */
  readonly nonce: string;
}

/** `changed`: somebody has submitted, or forgotten, the key since it was judged; its records stay. */
export type ForgetAnswer = "forgotten" | "changed" | "failed";

/**
 * The shell that removes records of keys. First it claims the next attempt, as a submission would: whoever submits under the key
 * meanwhile either has made that attempt, so that nothing is removed, or finds it, and waits. Only then are the records compared with
 * those that were judged, and removed; its own attempt goes last. A death in the middle leaves a key that is open, as that of a submission does.
 */
export const renderForgetScript = ({ folder, secretsFolder }: ForgetPlaces, marker: string, records: readonly JudgedRecords[]): ShellExpression =>
  lines(
    sh`
      hpckit_say() { printf '%s %s %s\n' ${marker} "$1" "$2"; }
      hpckit_forget() { # index token own-attempt nonce fence attempt=nonce…
        hpckit_index=$1 hpckit_token=$2 hpckit_own=$2.$3 hpckit_nonce=$4 hpckit_fence=$5
        shift 5
        if ! { true >"$hpckit_own"; } 2>/dev/null; then
          if [ -e "$hpckit_own" ]; then hpckit_say "$hpckit_index" changed; else hpckit_say "$hpckit_index" failed; fi
          return
        fi
        # Where there is no room for it, the empty file keeps others away, too.
        printf 'host %s %s %s\nclaimed %s\nforgetting %s\n' "$hpckit_host" "$$" "$hpckit_now" "$hpckit_nonce" "$hpckit_nonce" >>"$hpckit_own"
        hpckit_same=1 hpckit_owner= hpckit_start=
        [ ! -e "$hpckit_token.run" ] || read -r hpckit_word hpckit_owner hpckit_start hpckit_rest <"$hpckit_token.run"
        [ "$hpckit_owner $hpckit_start" = "$hpckit_fence" ] || hpckit_same=
        for hpckit_each in "$@"; do
          hpckit_file=$hpckit_token.\${hpckit_each%%=*}
          shift
          set -- "$@" "$hpckit_file"
          hpckit_found=
          [ -e "$hpckit_file" ] || hpckit_same=
          while read -r hpckit_word hpckit_rest; do
            [ "$hpckit_word" != claimed ] || hpckit_found=$hpckit_rest
          done 2>/dev/null <"$hpckit_file"
          [ "$hpckit_found" = "\${hpckit_each#*=}" ] || hpckit_same=
        done
        if [ -z "$hpckit_same" ]; then
          rm -f -- "$hpckit_own"
          hpckit_say "$hpckit_index" changed
        elif rm -f -- "$hpckit_secrets/$hpckit_token"-* "$hpckit_token.run" "$hpckit_token.run".* "$@" "$hpckit_own"; then
          hpckit_say "$hpckit_index" forgotten
        else
          hpckit_say "$hpckit_index" failed
        fi
      }

      hpckit_now=$(date +%s) hpckit_host=$(uname -n) hpckit_secrets=${secretsFolder}
      ${enterFolder(folder)}
      set -C
    `,
    ...records.map(({ token, nonce, attempts, fence }, index) => sh`hpckit_forget ${index} ${token} ${highest(attempts) + 1} ${nonce} ${shown(fence)} ${attempts.map(({ number, nonce: own = "" }) => `${number}=${own}`).reverse()}`),
    sh`hpckit_say - done`,
  );

const highest = (attempts: readonly ClaimAttempt[]): number => attempts.at(-1)?.number ?? 0;

const shown = (fence: Fence | undefined): string => (fence === undefined ? " " : `${fence.id} ${fence.restarts}`);

/** @throws OutputUnreadableError where the script did not come to its end: then records of some keys may be gone. */
export function parseForgetAnswers(stdout: string, marker: string, count: number): readonly ForgetAnswer[] {
  const said = new Map([...stdout.matchAll(new RegExp(`^${marker} (-|\\d+) (\\S+)$`, "gm"))].map(([, index = "", word = ""]) => [index, word]));
  if (said.get("-") !== "done") throw new OutputUnreadableError("submission records", "no end", stdout);
  return Array.from({ length: count }, (_, index) => {
    const word = said.get(String(index));
    if (word === "forgotten" || word === "changed") return word;
    return "failed";
  });
}

/** The files of a key that say something, by name. */
export const recordNames = (token: string, names: readonly string[]): readonly string[] => names.filter((name) => name === fenceName(token) || name === attemptName(token, Number(name.slice(token.length + 1))));
